# A rule for "*" does not let clients publish to everybody; one written for it does.
rule $app/* publish members
rule * publish members
at 0s
open s1 lane 0 user ann app web
open s2 lane 1 user bob app ios
publish s1 $all refused 1003
publish s1 $app/web -> lane 0
publish s1 $app/ios refused 1003
