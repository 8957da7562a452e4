# A message goes to the lanes that have somebody for it, and to no other.
with lanes 4
at 0s
send all -> nowhere
send channel/room -> nowhere
send app/web -> nowhere unknown
open ann1 lane 0 user ann app web device d1
open ann2 lane 1 user ann app ios device d2
open bob1 lane 2 user bob app web device d3
open anon lane 3 app web device d1
subscribe ann2 room
subscribe bob1 room

send all -> lanes 0 1 2 3
send app/web -> lanes 0 2 3
send app/ios -> lane 1
send app/tv -> nowhere unknown
send user/ann -> lanes 0 1
send user/ann@ios -> lane 1
send user/ann@tv -> nowhere unknown
send user/bob@ios -> nowhere
send user/nobody -> nowhere
send device/d1 -> lanes 0 3
send device/d9 -> nowhere
send session/anon -> lane 3
send session/gone -> nowhere
send channel/room -> lanes 1 2
send channel/$all -> lanes 0 1 2 3
send channel/$app/web -> lanes 0 2 3
send channel/$app/tv -> nowhere unknown

close ann2
send channel/room -> lane 2
send user/ann -> lane 0
# an app that was there once is known
send app/ios -> nowhere
unsubscribe bob1 room
send channel/room -> nowhere
close bob1
send all -> lanes 0 3
close ann1
close anon
send all -> nowhere
send app/web -> nowhere
send device/d1 -> nowhere
