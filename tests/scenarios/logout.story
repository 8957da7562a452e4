# After a logout the session stays as a visitor, but not where only users may be.
rule staff/* subscribe users
at 0s
open watcher lane 0 user eve app web device w
subscribe watcher room presence list
subscribe watcher staff/1 presence list
open s1 lane 1 user ann app web device d1
subscribe s1 room
subscribe s1 staff/1
at 1s
expect presence room join ann@web users 2 devices 2 sessions 2
expect presence staff/1 join ann@web users 2 devices 2 sessions 2
expect nothing
logout s1 loses staff/1
expect offline ann
expect member s1 room
expect stranger s1 staff/1
at 2s
expect presence staff/1 leave ann@web users 1 devices 1 sessions 1
expect presence room leave ann@web users 1 devices 2 sessions 2
send channel/staff/1 -> lane 0
send user/ann -> nowhere
