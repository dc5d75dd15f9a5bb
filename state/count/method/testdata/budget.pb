META
key;value
description;Food co-op
num_projects;4
num_votes;10
budget;1000
vote_type;approval
PROJECTS
project_id;cost;name
hall;600;Meeting hall
roof;400;New roof
garden;300;Garden
bikes;100;Two cargo bikes
VOTES
voter_id;vote
1;hall,roof
2;hall,roof
3;hall,roof
4;hall,roof
5;hall,roof
6;hall
7;garden,bikes
8;garden,bikes
9;garden,bikes
10;garden
