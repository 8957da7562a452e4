# Without presence subscribers nothing is gathered; a new one is told only what comes after.
at 0s
open s1 lane 0 user ann app web device d1
subscribe s1 room
open s2 lane 1 user bob app web device d2
subscribe s2 room
expect wait forever
subscribe s2 room presence list again sees users 2 devices 2 sessions 2
expect wait forever
close s1
at 1s
expect presence room leave ann@web users 1 devices 1 sessions 1 list lanes 1 count lanes none

# the last watcher stops while a change waits: it is dropped
open s1 lane 0 user ann app web device d1
subscribe s1 room
expect wait 1s
subscribe s2 room again
expect wait forever
at 5s
expect nothing

# the watcher itself goes: nobody is left to be told
subscribe s2 room presence count again
close s2
expect wait forever
