# So many subscriptions a session, so many channels in all.
with subscriptions 2
with channels 3
at 0s
open s1 lane 0
open s2 lane 1
subscribe s1 a
subscribe s1 b
subscribe s1 c refused 1013
# one that it has is not one more
subscribe s1 a presence count again
unsubscribe s1 a
subscribe s1 c
subscribe s2 d
subscribe s2 e refused 1013
subscribe s2 b
unsubscribe s2 d
# an empty channel is gone, there is room for another
subscribe s2 e
unsubscribe s2 e
subscribe s2 $all presence count again
subscribe s2 $app/0 refused 1013
close s1
close s2
expect counts users 0 devices 0 sessions 0
