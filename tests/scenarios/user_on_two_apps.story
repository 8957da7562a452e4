# One user on two apps is one user, but comes and goes per app.
at 0s
open watcher lane 0 device w
subscribe watcher room presence list
open s1 lane 0 user ann app web device d1
open s2 lane 1 user ann app ios device d2
subscribe s1 room
at 1s
expect presence room join ann@web users 1 devices 2 sessions 2
subscribe s2 room
at 2s
expect presence room join ann@ios users 1 devices 3 sessions 3
expect in room ann@ios:active:1000ms ann@web:active:0ms users 1 devices 3 sessions 3
close s1
at 3s
expect presence room leave ann@web users 1 devices 2 sessions 2
expect counts app web users 0 devices 0 sessions 0
expect counts app ios users 1 devices 1 sessions 1
expect counts users 1 devices 2 sessions 2
