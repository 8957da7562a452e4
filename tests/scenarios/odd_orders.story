# What comes too late or twice does no harm.
at 0s
close ghost
state ghost idle
subscribe ghost room refused 1005
unsubscribe ghost room refused 1005
open s1 lane 0 user ann app web
open s1 lane 1 user bob app web refused 1009
subscribe s1 room presence list
subscribe s1 room presence count again
subscribe s1 room presence list again
subscribe s1 room again
expect wait forever
unsubscribe s1 elsewhere refused 1005
close s1
close s1
expect offline ann
send session/s1 -> nowhere
