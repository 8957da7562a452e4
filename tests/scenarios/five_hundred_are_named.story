# 500 names fit; whoever watches by count is not the reason for a list.
at 0s
open lister lane 0 device w
open counter lane 1 device w
subscribe counter room presence count
crowd 500 joins room
crowd leaves
at 1s
expect nothing
subscribe lister room presence list
crowd 3 joins room
at 2s
expect presence room join crowd0@web crowd1@web crowd2@web users 3 devices 4 sessions 5 list lanes 0 count lanes 1
