import { stem } from "./words.ts";

/** Words of the trade that mean much the same, one topic a line: a symptom's "OOM" may be a change's `heap`. */
const TOPICS = `
crash panic abort segfault sigsegv coredump fatal killed die core
slow slower performance perf latency speed fast optimize benchmark regression throughput load cpu cache
memory leak oom heap alloc allocate allocation gc ram rss
install installation dependency dependencies package gem npm pip requirements lockfile resolve version bump upgrade apt deb
compile compilation build compiler typecheck linker bazel make cmake
timeout timeouts deadline hang hangs hung stuck block blocked deadlock slow wait
race concurrency concurrent thread threads lock mutex atomic parallel async deadlock
flaky flake intermittent random nondeterministic unstable sporadic
test tests testing spec suite unittest assert assertion
lint linter rubocop pep8 flake8 eslint style
auth authentication authorization login password credential token session permission access denied forbidden oauth ldap
tls ssl certificate cert https x509 handshake ca
network socket connection connect port tcp udp ip ipv6 dns host proxy firewall iptables
http request response header url route router redirect status cookie
database db sql query mysql postgres postgresql sqlite mariadb table index column transaction
migration migrate schema alembic migrations
config configuration setting settings option default conf ini yaml parameter
log logging logger logs syslog logstash
monitor monitoring metric metrics alert alerting icinga nagios prometheus grafana check probe
cron timer schedule scheduler periodic systemd service daemon
file filesystem path directory disk permission mount nfs storage volume
image thumbnail media upload video file
encoding utf8 unicode charset string escape
json xml yaml parse parser parsing serialize serialization marshal decode encode syntax
time date timezone clock timestamp
email mail smtp mailman
ui frontend css style layout button page render display browser javascript js html
docker container kubernetes k8s pod helm image
deploy deployment release rollout production prod staging
ci jenkins gate pipeline job tempest workflow travis
windows macos linux darwin platform arm arch
python ruby java go php node rust jruby
compat compatible compatibility backward backwards deprecate deprecated deprecation legacy break breaking
nil null none undefined NoMethodError nilclass attributeerror typeerror
import require include load autoload module missing importerror
api endpoint rpc rest grpc client server
queue kafka message messaging rabbitmq celery event events notification
search elasticsearch solr index cirrus
cache caching redis memcached varnish
vm virtual instance hypervisor libvirt qemu kvm
user account users group role permission
doc docs documentation readme guide
security vulnerability csp cors secure
rename renamed name naming
duplicate duplicated twice double declared already
cycle circular loop recursion recursive infinite stack
size limit quota max maximum exceed overflow full space
error errors exception exceptions raise failure failed rescue handle
delete remove removed drop cleanup purge
`;

/** The topics a stem belongs to, as numbers; none for most words. */
export function topicsOf(word: string): readonly number[] {
  return BY_STEM.get(word) ?? [];
}

/** What people call the language or tool behind a file's ending, as stems. */
export function namesOfEnding(ending: string): ReadonlySet<string> {
  return BY_ENDING.get(ending) ?? new Set();
}

const ENDINGS = `
js javascript js node npm browser
ts typescript ts js
tsx typescript react ui
jsx react ui
css css style stylesheet
scss css style
py python py pep8 flake8
rb ruby
erb template erb
go go golang
java java
php php
yaml yaml yml
yml yaml yml
pp puppet catalog manifest
sql sql database migration
sh shell bash script sh
json json
md doc documentation
rst doc documentation
xml xml
html html
proto proto protobuf
vcl varnish vcl
toml toml
rs rust cargo
lock dependency lock
gemspec gem
dockerfile docker
`;

const rows = (text: string): string[][] =>
  text
    .trim()
    .split("\n")
    .map((line) => line.split(" "));

const BY_STEM: ReadonlyMap<string, readonly number[]> = (() => {
  const found = new Map<string, number[]>();
  rows(TOPICS).forEach((words, topic) => {
    for (const key of new Set(words.map((word) => stem(word.toLowerCase()))))
      found.set(key, [...(found.get(key) ?? []), topic]);
  });
  return found;
})();

const BY_ENDING: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  rows(ENDINGS).map(([ending, ...names]) => [ending ?? "", new Set(names.map(stem))]),
);
