# Who comes and goes within an interval was never there; who goes and comes back never left.
at 0s
open watcher lane 0 device w
subscribe watcher room presence list
open s1 lane 0 user ann app web device d1
subscribe s1 room
at 400ms
close s1
at 1s
expect nothing
expect wait forever

open s1 lane 0 user ann app web device d1
subscribe s1 room
at 2s
expect presence room join ann@web users 1 devices 2 sessions 2

# a page is loaded again without the grace time: all of ann's sessions end, one comes
close s1
expect offline ann
at 2500ms
open s2 lane 1 user ann app web device d1
subscribe s2 room
at 3s
expect nothing

# a user goes for good while another comes
close s2
open s3 lane 1 user bob app web device d3
subscribe s3 room
at 4s
expect presence room join bob@web leave ann@web users 1 devices 2 sessions 2
