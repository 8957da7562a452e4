# The running numbers of a publisher tell what was lost on the way.
at 0s
open s1 lane 0
send all pub php seq 7 -> lane 0
send all pub php seq 8 -> lane 0
send all pub php seq 12 -> lane 0 lost 3
send all pub java seq 100 -> lane 0
send all pub php seq 13 -> lane 0

# a restart begins anew, silently
send all pub php seq 1 -> lane 0
send all pub php seq 3 -> lane 0 lost 1

# the same message sent again is no restart
send all pub php seq 4 id m4 -> lane 0
send all pub php seq 5 -> lane 0
send all pub php seq 4 id m4 -> duplicate
send all pub php seq 6 -> lane 0
# but a number counts also when its message was a duplicate
send all pub php seq 7 id m4 -> duplicate
send all pub php seq 8 -> lane 0
