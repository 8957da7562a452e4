# Ids of clients are their own: apart from backends, from other users, and from other visitors.
rule * publish members
at 0s
open ann1 lane 0 user ann app web
open ann2 lane 1 user ann app web
open bob lane 1 user bob app web
open v1 lane 0
open v2 lane 0
subscribe ann1 room
subscribe ann2 room
subscribe bob room
subscribe v1 room
subscribe v2 room
send channel/room id m1 -> lanes 0 1
publish ann1 room id m1 -> lanes 0 1
publish ann2 room id m1 -> duplicate
publish bob room id m1 -> lanes 0 1
publish v1 room id m1 -> lanes 0 1
publish v1 room id m1 -> duplicate
publish v2 room id m1 -> lanes 0 1
send channel/room id m1 -> duplicate
# another id of the same user is another message
publish ann1 room id m2 -> lanes 0 1
publish ann1 room id m2 -> duplicate

# a name and an id run together are not the same as another name and id
open annx lane 0 user annx app web
subscribe annx room
publish ann1 room id x1 -> lanes 0 1
publish annx room id 1 -> lanes 0 1
# nor is a user who is called like a visitor's session
open abcdefghijkl lane 0
open called lane 0 user abcdefghijkl app web
subscribe abcdefghijkl room
subscribe called room
publish abcdefghijkl room id m1 -> lanes 0 1
publish called room id m1 -> lanes 0 1
