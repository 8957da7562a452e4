# The first change starts the interval, whatever comes within it is in one push.
with interval 2s
at 0s
open watcher lane 0 device w
subscribe watcher room presence list
at 10s
open s1 lane 0 user ann app web device d1
subscribe s1 room
expect wait 2s
at 11s
open s2 lane 0 user bob app web device d2
subscribe s2 room
expect wait 1s
at 11999ms
expect nothing
expect wait 1ms
at 12s
expect presence room join ann@web bob@web users 2 devices 3 sessions 3
close s1
at 13999ms
expect nothing
at 14s
expect presence room leave ann@web users 1 devices 2 sessions 2
