# Three tabs of one browser are one user, one device, three sessions: one join.
at 0s
open watcher lane 0 device w
subscribe watcher room presence list sees users 0 devices 1 sessions 1
open tab1 lane 0 user ann app web device d1
open tab2 lane 1 user ann app web device d1
open tab3 lane 1 user ann app web device d1
subscribe tab1 room
subscribe tab2 room
expect nothing
expect wait 1s

at 1s
expect presence room join ann@web users 1 devices 2 sessions 3
expect nothing
expect wait forever

# a third tab is no join, but one session more
subscribe tab3 room sees users 1 devices 2 sessions 4
at 2s
expect presence room users 1 devices 2 sessions 4 list lanes 0 count lanes none
expect in room ann@web:active:0ms users 1 devices 2 sessions 4
expect counts users 1 devices 2 sessions 4
