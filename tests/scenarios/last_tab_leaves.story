# Only the last tab of a user is a leave.
at 0s
open watcher lane 0 device w
subscribe watcher room presence list
open tab1 lane 0 user ann app web device d1
open tab2 lane 0 user ann app web device d1
subscribe tab1 room
subscribe tab2 room
at 1s
expect presence room join ann@web users 1 devices 2 sessions 3
close tab1
at 2s
expect presence room users 1 devices 2 sessions 2
unsubscribe tab2 room
at 3s
expect presence room leave ann@web users 0 devices 1 sessions 1
expect online ann active
unsubscribe tab2 room refused 1005
