# Where the rule says so there is no presence: members yes, pushes no.
rule quiet/* presence off
at 0s
open s1 lane 0 user ann app web
open s2 lane 0 user bob app web
subscribe s1 quiet/1 presence list unheard
subscribe s2 quiet/1 unheard
expect wait forever
expect in quiet/1 refused 1005
expect in nowhere refused 1005
send channel/quiet/1 -> lane 0
