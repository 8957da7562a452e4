# Rules say who may be in a channel, and whether members may publish there.
rule staff/* subscribe users
rule chat/* publish members
rule *
at 0s
open visitor lane 0
open ann lane 1 user ann app web
subscribe visitor staff/1 refused 1000
subscribe ann staff/1
expect stranger visitor staff/1

publish visitor chat/1 refused 1003
subscribe visitor chat/1
publish visitor chat/1 -> lane 0
publish ann chat/1 refused 1003
subscribe ann chat/1
publish ann chat/1 -> lanes 0 1
unsubscribe ann chat/1
publish ann chat/1 refused 1003
publish ann staff/1 refused 1003
subscribe ann news
publish ann news refused 1003
publish ghost chat/1 refused 1003

# an id that was refused is not used up
subscribe ann chat/2
publish visitor chat/2 id m1 refused 1003
subscribe visitor chat/2
publish visitor chat/2 id m1 -> lanes 0 1
