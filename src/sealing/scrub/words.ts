/**
 * Words that stand in ordinary text so often that a secret equal to one cannot be searched for in
 * running text: what people choose as passwords, and the words of the trade.
 */
const WORDS = `
abc access account active address admin administrator adobe agent alert alpha amazon amber america
analytics android angel animal anonymous apache api app apple application april archive asdf asdfgh
asdfghjkl asset assets august auth author autumn avatar aws azure backup banana bank banner base
baseball basic basketball batman beach bear beta billing black blank blog blue body bot branch bravo
bridge broker browser bucket buddy build builder butter buyer cache calendar camera canary candy
cassandra catalog center central change changeit changeme channel charlie chart chat check cheese
chicken chocolate chrome circle class classic client cloud cluster code coffee collection color
column comment common community company compose computer config configuration connect connection
console consumer contact container content context control cookie copy core correct country
credential credentials customer cyber daemon daily dashboard data database date debian debug
december default delete delta demo deploy design desktop dev developer development device diamond
digital direct directory disabled display dns docker document documentation domain dragon drive
driver dummy eagle editor elastic elasticsearch email enabled engine english enterprise entity error
event events example excel execute execution expert export express extra facebook factory false
family father february feedback field file filter finance finger firebase firefox first fish flower
folder football force foreign forest forever form format foxtrot frank free freedom friday friend
friends function galaxy game gateway general generic german germany ghost ginger git github gitlab
global gmail gold golden google grafana grand graph green group guest guitar hadoop hammer handler
happy harley head header heart heaven hello helper home hook horse host hostname hotel house http
https hunter icon identity iloveyou image import index info ingress input inside install instance
integration internal internet invalid invite iron island item january java javascript jenkins jira
job john jordan json july june kafka kernel key keyboard killer king kitty kubernetes label language
laptop last latest launch layer leader legacy letmein level library license light lima limit linux
list little live local localhost location lock log login logout london love lovely lucky machine
magic mail mailbox main maintenance manager march maria mariadb market marketing master matrix
maximum media member memory merchant mercury message metadata metrics michael microsoft middleware
mike mobile model module monday money mongo mongodb monitor monkey monthly morning mother mount
mustang mysql n8n name namespace network never newpass news nginx nicole node none nothing
notification november null number object october office ok online open operator option oracle orange
order organization origin output owner package page panel parameter parent partner party pass passphrase
passwd password passwort path pattern payment pending people pepper permission person phone photo
picture pilot pizza plain platform player plugin point policy portal portfolio postgres postgresql
postmaster prefix premium press preview price prime prince princess printer private process prod
product production profile program project prometheus property provider proxy public publisher purple
purchase python quality query queue quick qwer qwert qwerty qwertyuiop rabbit rabbitmq random read
reader readonly ready real record red redis reference region register registry release remote replica
report repository request reserved reset resource response restore result retry return review robert
robot rocket role romeo root router ruby rule runner runtime safe sales sample sandbox saturday save
scanner schedule schema school science scope screen script search season second secret secrets
secure security select seller september sequence server service session setting settings setup shadow
shared shell shop sierra signal silver simple single site slack slave smart smile smtp soccer social
solid source space spark special spider spring sql sqlite stage staging standard star start state
static station status steel stone storage store story strategy stream street string strong student
studio subject success summer sunday sunshine super supervisor support swagger swift symbol sync
syslog system table tango target task team tech telegram template temp tenant terminal test tester
testing text theme thing thomas thursday ticket tiger time timeout title today token tomcat tool
topic total tower trace tracking training transfer travel tree trigger true trust trustno tuesday type
ubuntu ultimate unicorn uniform unique unit universe unknown update upload url user username users
util vagrant valid value variable vault vector vendor version video view viewer virtual visitor
volume wallet warning water web webhook website wednesday weekly welcome whatever white widget
wildfly will william window windows winter wizard wolf wonder word wordpress work worker workflow
workspace world write writer yaml yankee year yellow yesterday young zero zone zookeeper zxcvbn
zxcvbnm
`;

export const COMMON_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));
