# More joins than a push may name: counts only, and who was in the channel can be asked.
at 0s
open watcher lane 0 device w
subscribe watcher room presence list
crowd 600 joins room
at 1s
expect presence room truncated users 600 devices 601 sessions 601
expect nothing

# the next change is named again
open s1 lane 0 user ann app web device d1
subscribe s1 room
at 2s
expect presence room join ann@web users 601 devices 602 sessions 602
crowd leaves
at 3s
expect presence room truncated users 1 devices 2 sessions 2
expect in room ann@web:active:1000ms users 1 devices 2 sessions 2

# all of them within one interval: too many to be sure that nobody else changed
crowd 600 joins room
crowd leaves
at 4s
expect presence room truncated users 1 devices 2 sessions 2
