# A user is as awake as the most awake of the user's sessions.
at 0s
open tab1 lane 0 user ann app web device d1
at 5s
open tab2 lane 0 user ann app web device d1
subscribe tab2 room
expect online ann active since 0s
state tab1 hidden
expect online ann active since 0s
state tab2 idle
expect online ann idle since 0s
expect in room ann@web:idle:5000ms users 1 devices 1 sessions 1
state tab2 hidden
expect online ann hidden since 0s
close tab1
expect online ann hidden since 0s
login tab2 user bob
expect offline ann
expect online bob hidden since 5s
state tab2 active
close tab2
expect offline bob

# the active tab closes, the idle one is left
open tab3 lane 0 user bob app web device d1
open tab4 lane 0 user bob app web device d1
state tab4 idle
expect online bob active since 5s
close tab3
expect online bob idle since 5s
