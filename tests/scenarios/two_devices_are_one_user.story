# A user at a desk and on a phone: two devices, one user.
at 0s
open watcher lane 0 device w
subscribe watcher room presence list
open desk lane 0 user ann app web device d1
open phone lane 1 user ann app web device d2
subscribe desk room
subscribe phone room
at 1s
expect presence room join ann@web users 1 devices 3 sessions 3
expect counts users 1 devices 3 sessions 3

# the phone goes away: nobody leaves
close phone
at 2s
expect presence room users 1 devices 2 sessions 2
expect online ann active since 0s
