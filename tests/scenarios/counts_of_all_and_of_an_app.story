# $all and $app/<app> have everybody as member, and give counts only.
at 0s
open eye lane 0 user eve app web device e
expect member eye $all
expect member eye $app/web
expect stranger eye $app/ios
subscribe eye $all presence count again sees users 1 devices 1 sessions 1
subscribe eye $app/web presence count again
subscribe eye $app/ios presence count refused 1003
open s1 lane 1 user ann app web device d1
open s2 lane 1 user bob app ios device d2
at 1s
expect presence $app/web users 2 devices 2 sessions 2 list lanes none count lanes 0
expect presence $all users 3 devices 3 sessions 3
expect nothing

# a second tab changes the sessions alone
open s3 lane 1 user bob app ios device d2
at 2s
expect presence $all users 3 devices 3 sessions 4

# subscribed as a list it is still a count
subscribe eye $all presence list again
login s1 user zoe
close s2
at 3s
expect presence $all users 3 devices 3 sessions 3 list lanes 0 count lanes none
expect in $all users 3 devices 3 sessions 3

unsubscribe eye $all
unsubscribe eye $all refused 1005
expect member eye $all
close s1
at 4s
expect presence $app/web users 1 devices 1 sessions 1

# a login to another app leaves the old app's counter
login eye user eve app ios loses $app/web
expect member eye $app/ios
at 5s
expect nothing
send app/web -> nowhere
send app/ios -> lanes 0 1
