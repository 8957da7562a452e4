# A visitor logs in: stays in the channel, and becomes a user there.
at 0s
open watcher lane 0 device w
subscribe watcher room presence list
open s1 lane 1 device d1
subscribe s1 room
at 1s
expect presence room users 0 devices 2 sessions 2
login s1 user ann app web
expect member s1 room
expect online ann active since 1s
at 2s
expect presence room join ann@web users 1 devices 2 sessions 2

# logging in again as the same is nothing new
login s1 user ann app web
at 3s
expect nothing

# as somebody else: one goes, one comes
login s1 user bob
at 4s
expect presence room join bob@web leave ann@web users 1 devices 2 sessions 2
expect offline ann

# the same user and app on another device: no leave and no join, and since when is kept
login s1 user bob device d9
at 5s
expect nothing
expect in room bob@web:active:3000ms users 1 devices 2 sessions 2
send device/d1 -> nowhere
send device/d9 -> lane 1
