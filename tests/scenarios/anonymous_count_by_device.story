# Visitors who are not logged in are counted by device and never named.
at 0s
open watcher lane 0 device w
subscribe watcher room presence list
open v1 lane 0 device d1
open v2 lane 1 device d1
open v3 lane 1 device d2
subscribe v1 room
subscribe v2 room
subscribe v3 room
at 1s
expect presence room users 0 devices 3 sessions 4
expect in room users 0 devices 3 sessions 4
expect counts users 0 devices 3 sessions 4
close v1
close v3
at 2s
expect presence room users 0 devices 2 sessions 2
