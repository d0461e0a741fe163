/**
 * How rarely a word stands in a commit (its message and the names of its files): ten times the negative natural logarithm
 * of the share of commits, one line per rarity, words as stems. Counted by `bench/suspects/background.ts` over the last
 * 4,000 commits each of 50 public histories; none of them is in the development set.
 */
export const COMMON_WORDS = `
7 to
9 test
10 the
12 in for
13 by
14 and updat fix com
15 this of
16 chang packag is
17 add py not github
18 id from lib
19 with md that src http
20 on it
21 build doc json use sign config changelog off remov ts
22 yaml auth we sourc user as be
23 vers typ when are js support
24 go rb fil lock
25 co api releas if
26 so util spec mak modul bump new an yml set dependenci check review which
27 error all cod nam chor run no commit issu internal cor unit can
28 onli plugin main app index was hav
29 nod but or default ci ad norep script summari will
30 now need creat mod integrat rs mor includ request get also
31 data tool requir bot work has list workflow opt revis using help pull allow handl dep bug job
32 instead call client pr stat cli generat bas should funct common at up featur serv html result som valu
33 used differential provid sh automat latest dev act path enabl thes don servic fail command clos non gmail manag
33 tim direct pass one
34 resourc local any patch cas mov manifest report ther into init messag org refact txt feat readm descript exampl
34 becaus referenc imag install log
35 current out resolv configurat cargo compar sinc component method after pars befor do exist templat validat
35 context other process cach setup
36 follow blob see object driv releasenot target sam return class wher key impl import link rst product contain
36 correct load match event dependabot mast them
37 avoid cpp block documentat upgrad model long replac io improv content output string been view v1 miss migrat git
37 format thei previous pkg start
38 would doe address runtim caus v2 lik wer ensur relat flag swift bundl rul its workspac just engin skip map revert
38 deprecat than field googl stack lint contribut controll without cs
39 toml librari select re travis being yarn url storag read expect interfac break system trac net ap branch pag shar
39 show project gam proxi fixtur snapshot backend sum kubernet python semv environ team puppet task polici warn
40 both parti group about develop third en docu informat disabl alreadi babel deploi our os part admin guid debug
40 conf env what cind still definit associat material then window step input angular via plan lin edit whil behavi
40 filt first
41 actual openstack doesn runn aws compil delet stor head e2e gemfil operat ref legaci each vit variabl heat two cmd
41 logic properti paramet repo metric platform detail info drop publish dock misc styl easi back writ dur directori
41 instanc clean let failur ext auto verifi applicat
42 bin order alwai explicit try origin volum additional implementat network ignor playwright dart transform us
42 motivat custom merg execut databas you global connect except ansibl multipl queri introduc switch tabl performanc
42 tag export token usag collect diff renam find host tre overrid point strategi jest rout unus minor track configur
43 way argu complet describ metadata root access asset sig flow end v3 web open convert respons sync brows tru pre
43 schema attribut checklist db next her label singl entri night arrai assert renovat agent keep extens their
43 specifi
44 mock prop compat copi fedora rev think per async public specific consistent control repositori sampl risk through
44 different under original stabl separat necessari manual want prevent everi numb empti text vend could siz how
44 benchmark lockfil typo may pipelin rust level screen defin due rath
45 nativ remot availabl reduc profil old cleanup had limit vm max stop v0 form hack thos registri scop full websit
45 experimental sur such pnpm even over meta erb futur pp rest tak partial depend basic x86 trigg frag onc mark
45 static
46 constant duplicat well problem titl dockerfil plac extra bett attempt modifi fals status gem arg detect stag
46 invalid between external own train mean memori testsuit most fetch rubygem howev deno linux simplifi present sess
46 wait my overview discuss guidelin hash account ops ui
47 look real var graph your bazel endpoint port thing lg presubmit regress stream never identiti locat devic
47 functional count hub search timeout overlai clear eslint coverag etc rend translat obvious unnecessari mad
47 contrib fact simpl happen item compatibiliti cc redhat syntax frontend sdk displai thread condit
48 ele cert attach callback found seem around jenkin send sit last ng es express proto valid too push optional
48 against pattern print audit sens sect reason bit rubi button progress binari privat me wrapp securiti record
48 construct assign loop below extract queu fast comput pick extend possibl widget standard makefil css incorrect
48 encod gen
49 download split useful small within artifact until dir submit bzl distribut maintenanc consum regist captur vect
49 memb snap wrap major tf across polyfill pleas domain utiliti optimiz byt upload hook ini anoth ve cloud span k8s
49 initial roll authenticat param claud typescript clust certificat goal did backport second feedback
50 dat perf communiti consid suggest rais channel licens analytic buff pin right npm ai emit recent spac accurat
50 plai broken must least inlin automatical evaluat expos factori remain post android scss rpc initializ react sav
50 pretti languag dd protocol aarch64 terraform saf rol abl relevant accept exempt dns yet standalon consol cannot
50 bar sql isn layout top mjs adjust webapp resolut addon insid cover periodic generic
51 infra multi few changeset nova readthedoc redirect schedul throw inspect abov ll itself man criteria lookup
51 identifi again sid null bind kind applicabl forc launch wrong guard alex given built wheth suit met crash cross
51 installat stori column lead bugfix visual fre larg lower golang mani preserv analysis explain later usr why
51 inject appear similar doing reli exit
52 temporari ca ubuntu boot instruct functionaliti perform prepar tab analyz veri redundant dashboard continu
52 regular bodi pip eith grpc nest strict fram down turn scen increas produc dynamic annotat mac azur parent i18n
52 retri kernel constraint credential entir receiv render preview machin much solv allocat put systemd jon
52 acknowledg final general adequat
53 gitignor align rang prefix scenario compilat liv sort inc onlin who implicat gov giv logg activ zuul mann color
53 gpu ssl dispatch parallel concern namespac email fallback federat otherwis catch fac exact know facebook fr
53 potential apach testdata acm expand less chain thoma playground automatic self conflict signal crat might shell
53 effect didn tls sentri navigat matrix exec s3 cfg exclud clarifi program reflect def scalar affect invok restor
53 gat monit sha reset enforc raw helpful normaliz successful
54 confus maintain batch fak structur alias decorat reus lang gitlab going delegat forward bad nginx javascript cpu
54 gath tsconfig iterat debian tox rat owner socket anthropic removal alert const mcp mount semantic java left child
54 watch indirect ra lit password fs several regex am card tsx indicat anymor zero verificat compatibl pm various
54 though s390x someth preset room high serializ
55 interpret design enhanc proof pb stub sa pool dataset symbol reject menu mirr screenshot known blueprint permiss
55 op v7 assum leav focus hard todo digest unittest lot exp assist framework special conditional ppc64le beta outlin
55 wiki listen according de determin short normal good literal demo tens notic workaround trust expectat fall rac
55 demonstrat taken occur experi relativ
56 term pref crypto v4 anyth bootstrap diagnostic outsid ruleset land therefor doubl enough hit immediat sink ast ip
56 convers eval gatewai dog declarat rubocop calculat fb ear ask addit apt propagat prior background lazi mail
56 populat min v8 scal finish appli proposal appropriat histori opus flaki configurabl adapt conduct arm64 dom
56 rewrit becom behaviour slow treat icon alia upstream word nil declar approach rpm signatur modificat primari
56 responsibiliti length compos unknown std ment driven hint catalog payload
57 minimum width notificat ssh hygien clon layer archiv cjs bash upcom disk chromium webpack intend middlewar bp
57 timestamp correspond ful protect leak feel observ subsequent fold backup tweak row debugg regenerat simp undefin
57 crazi macro abiliti confirm authorizat implicit edg won invocat wasn gon furth transact pyproject thre person
57 devtool telemetri sandbox cento random secret fmt qemu particular iso cla click struct guidanc pend older noth
57 past lax transport interactiv everyth variant arch decod
58 playbook newer sent mc vs directiv sub int nl zh thus uniqu conformanc saniti slight wir promis buildkit prompt
58 hom probab backward decid seri panel cherri discov shard silent strip dialog func registrat compress img spell
58 ran anywai surfac builtin mixin aren ls stdout uk unsupport gemini defer tcp dict unless alt total abstract
58 virtual transit power board inherit aria visit media unix purpos formatt appl trail rollup cycl escap grid
58 charact activat
59 checkout equal replicat gh golden microsoft whol png comparison v5 shap refresh trial individual oss jit
59 technical enum await restrict best unifi bring impact super encrypt day littl promot notifi foo concurrent combin
59 python3 van written els chrom slid discoveri aggregat boolean sys low optimizat join mypi fork ir bench
59 authoritativ scor esm toggl smok sequenc append mechanism travers unstabl unchang bound stal chart unsur login
59 toolchain emulat visibiliti cancel tsc insert bucket say concurrenci differenc specificat svg quick ios quot
59 entiti certain manpag revok capabiliti badg v6
60 awai firefox symlink world keyword shouldn consistenci bc spe glanc executabl sean maco www fin understand scan
60 disagre csv behind rfc hold pur solut round shim lc timer eslintrc consolidat coupl draft embed readi animat pod
60 ds video got recommend webhook attr llm va sometim posit hid rak rebas mutat peopl numpi challeng earli
60 specifical success overwrit practic cast destroi filenam gcp important pop ur whitespac categori choos highlight
60 initializat gb interact markdown prod prototyp esbuild jsx advic cl softwar reach trivial scroll discord
61 reconcil retriev enter ship docstr checksum refer serializat uuid eliminat po respect darwin rework box outdat
61 uri autoscal dead hostnam mat minimal golangci equivalent stderr awar protobuf matt ibm cut fixup mix quit offset
61 height john begin meant respond whos dump red pytest accidental mismatch issuecom along hardcod stephen gc phas
61 isolat architectur stuff restart newlin pair year flat touch accord health phon alternativ omit checkbox codeown
61 fill poll panic redis clang cent hidden trait tell interop venv paginat deriv canari expir
62 precis unexpect deal ok ingress inferenc bridg significant happi openai delai acceptanc assistant twic represent
62 visibl oci rc str piec obsolet durat absolut spawn prob distro shift float organisat remap startup reload ever
62 placehold regardless togeth harness persist retain rank webkit algorithm complex chunk minut sourcemap brok hot
62 interval entrypoint destinat suppress identical graphic br cloudflar hardwar rebuild persistenc situat glob codec
62 bypass lifecycl amount terminat carri cell filesystem swap contact replai wsgi week region arrow codeql
63 aspect primitiv effectiv spread convent ns cap err ko stai shadow pl fir instrumentat alpha dtolnai atlassian ja
63 recip tar mobil prometheus hello abort integ tap obs dropdown preload chat hybrid slic readabl independent pot
63 walk tb mayb denylist often favor wasm inner wheel pt deep infrastructur soon partit heap unsaf threshold period
63 serial topic peer proc gcs dot repeat bottom unlik paus toward seen expans kept downstream anch xml safeti rid
63 nodej idea eventual nic absent comma karma bool recreat unfortunat recursiv car overhead href critical secur
63 hoist
64 ms presenc opcod plus emitt mk usual wip distinct infer req breakag quest canonical dedicat http2 m3 simulat dnf
64 positiv regexp vulnerabiliti robot efficienci tutorial daemon ids vitest advanc dist plain suffix green verbos
64 ago tupl experienc big mask arm m2 opentelemetri pub checkpoint especial temp announc sudo expirat useless
64 codebas scorecard cron apis bidi tmp unblock behav inform shutdown investigat whenev intentional exercis purg
64 reproduc h2 sp ldap typical octokit detach revers clippi localizat persistent arbitrari negativ sensitiv seg
64 unicod ar solid great deni incompatibl closur figur ec2 ffi thank trip effort dai
65 localhost repl li benefit jp emb rail difficulti spons assumpt hand pad pack upon disallow learn unneed achiev
65 gett succ histogram kill flush intent human autocomplet anywher schem dependent cost sc py3 troubleshoot moment
65 tooltip adopt win accessibiliti cn hang hopeful logical drag obj chip font bytecod jwt concept propos postgr
65 ephemeral everywher choic intercept weak provis combinat children instantiat radio yield bunch tri relax month
65 transitiv finaliz area alternat measur involv inventori crl mistak overall encount subcommand far goe subprocess
65 pem dts cop almost eu lack circular
66 em csi nz latt ptr mysql void caught david zon miscellaneous rock ru terminal complexiti hour blank incr buildx
66 preparat dictionari strong openssl resiz although inconsistent modern ro destructur discard todai readabiliti
66 dynamical cr weren snippet healthcheck stylesheet til ul blockquot websocket rm qualiti shown friend kit revocat
66 clariti otel etcd metal intermediat atomic bulk overflow lost transformat violat fn baselin quota nfs weird
66 numeric scaffold bann fatal truncat cur subscript hu alter fami xcod teardown e2 uv unconditional codegen unrelat
66 rbac v9 flak desir delta cmak fc
67 transf blog ticket rt deb fresh accelerat sheet unabl maximum suppos prioriti graceful sqlit paint draw cookbook
67 sleep grant addr cd intro tidi preferenc gce sus onto decis instru foot submiss buf overload copilot accumulat
67 asm contract alongsid v20 traffic kub curs weight subject orphan observabiliti pylint prelud nav interest fit
67 authn expr mx representat outcom renewal circleci official wid tmpl invalidat popup num bio googleapis
67 incremental dialect linear haven statistic serd
68 efficient devcontain satisfi offlin believ hasn utc indentat synchronizat subset tip themselv claim subclass
68 cancellat vanilla unset grep slot customiz cri robust computat throttl logo recogniz authz dummi traversal amd64
68 yum base64 equaliti lambda apparent sec confirmat sphinx squash boundari msg latenci seed provision clock worth
68 desktop personal ideal dont bracket loos andrew oldest devel communicat slack difficult henc el capaciti foundat
68 epoch reserv exc compact toolbar regard problematic exchang enroll incorporat posix x509 pep8 six tripl lab
68 firmwar complicat guarante circl sett callabl sanitiz skill reboot cve prun echo cz
69 ecosystem csr initiat leverag eager respectiv edu rspec provenanc mislead depth convergenc press aim overridden
69 char axis pan utiliz lts nit v10 synchronous bg rustc curl slash someon prof universal rhel dry postgresql extern
69 cam hi setuptool audio downgrad go1 lifetim brian mts vot magic gha uninstall reopen incomplet thrown unwrap hous
69 reg light essential approv allowlist narrow dsl preprocess limitat cooki attent deactivat upper tenant san
69 interpolat oidc ring ps1 v21 trim subscrib wildcard grafana grub he malform hop writabl chanc exclusiv belong
69 lett timelin permit four noop svc deterministic keyboard front eol drain reliabiliti fingerprint complianc
69 deserializ copyright whit elsewher electron reord collaps expensiv moderniz bsd unlock existenc
70 rememb resum boilerplat sbom claus tokeniz jinja npmignor historical los hashicorp multinod grammar candidat
70 accessibl somewhat basical dual ceph kwarg lt plumb microbenchmark mutex nullabl timeseri indent pv6 utf classic
70 talk near distinguish flexibl obtain pypi sufficient govern lvm utf8 ratelimit paren frozen age unavailabl balanc
70 black suppli standardiz meaningful physical codecov governanc william articl assembl sd fair usp ct immutabl
70 couldn ipv6 reformat traceback hugo sq inst triag virtualenv readon possib precedenc undo deadlock collis
70 deduplicat v19 bak authoriz explanat backfill fi commonj vscod forgot normalizat establish llvm sass acquir
70 wherea grow neith overlap rotat tc dedup mutabl handoff libc wedg testutil chen stuck nois es6 lr corrupt prep
71 nvidia zip portabiliti sem aris cp scsi ks cancell publicat val mz un availabiliti hug manipulat kubectl gap
71 workload continuous doug thought podman v22 relationship cgi amazon introduct tick whatev sibl reasonabl nonc idl
71 uw sonnet mapp existent yes inconsistenci inheritanc repro redact pariti cred gz mongo monkei viewport rar
71 transparent graduat organizat honor sha256 aliv yourself administrat nor unreachabl se classificat singleton
71 usernam took readiness rsa secondari automerg ie dimens flake8 pe ps cos rich ciph compl throughout flakiness
71 supersed rds welcom ws underscor stdin len composit mocha silenc ownership offer rollback tini dangl da union
71 heavi jira asynchronous marshal decoupl googlesourc wouldn dup accuraci book flash authoriti correctness divid
71 hover hr iterabl offic operand attestat
72 estimat exe smart ahead flatten githubusercontent math lat went rescu centraliz leftov privileg impossibl freez
72 ver php pa dark lru rel coordinat es2015 rocki tokio vault mitigat pid selinux agre pg enrich gaug topologi
72 hierarchi said ourselv followup stdlib whitelist amp fuzz queen v18 pipermail half concret faq spot scratch
72 reduct decrypt reland sw vmwar meet frequent pd devop unbound spy helm refin quiet flip band materializ answ
72 ascii conn tun pep oauth netlifi responsibl exclus fd predicat subdirectori mous srv mandatori spurious retir
72 garbag ttl toc usabl trick oppos incom kumar star ml guess descriptiv amd
73 concat qualifi renew conform v17 advantag despit ab ingest ot fip jos anonymous multiplex referr interrupt
73 minimiz spars abi ads dp observabl tarball rollout attack fault amqp cdn verb complain cwd facilitat tunnel gain
73 digital kr nat annoi generaliz backoff vertex submodul activiti freebsd infinit possibiliti recoveri sidebar
73 comprehensiv bugzilla unaffect guarant synchroniz unhandl curv ha barri jwk sup ctx destruct membership smell
73 squar truth budget cgroup syscall luk hatch orchestrat diag stabiliz reorganiz launchpad convenient tty ambiguous
73 elevat led parenthes tech gpg notab deliv beyond cryptographi realiti lu lv saw
74 deliveri held surround win32 browserslist mu ruff jonathan outer bord imp broad ff alloc safari slug reusabl
74 jason eg worri extrem crawl csp nfc spinn recov remind spam trap unsign natural intermittent kv sso anyon reliabl
74 shed calendar clap inactiv unpack alpin asc multilin oncall recurs unpublish densiti forget enumerat clip h3
74 headless iif mon powershell semi vhost der suspend shorthand res paragraph subnet loss ratio sl dispos ping zstd
74 middl mv ultimat stringifi jump gcc homebrew tw sentenc becam sr replica exceed disconnect unmanag dash insecur
74 ifram adam impli contrast validiti cardinaliti ch sni stateless cxx wrot guest patrick enterpris newest uid
74 demand ux substitut col noisi soft brac reliab flav differentiat ex
75 evidenc nvm datetim adaptiv canva straight prepend perfect kvm realiz flex advisori graphql pro rp cat alon
75 chosen gzip arriv prereleas horizon minifi tail reword wors reveal colour untouch blacklist fewer occurrenc vi
75 alarm rn recommendat unpin jw jsdoc incidental s1 classifi enqueu thin coalesc heartbeat nw redo unwind cours
75 dereferenc encapsulat shut gnu tricki mb di realm relai stateful occasional harden positional extraneous decimal
75 passthrough angl blu desc loc modal objectiv pbr logout subtl safer circuit basis continuat stacktrac h1 indic
75 marshall transient somehow lif decreas l3 loadbalanc rabbitmq smooth newton otlp fus introspect sol sequential
75 dim nicer forev jws intel threat aug diagnos margin conservativ averag malloc parallelism lowercas oom
76 udp permanent ansi piotr sk st judg okai restructur v11 rewritten ipc predefin pubsub uncaught codemod rep
76 firewall overwritten sound stand dirti brick liveness trunk x64 aaron refus customizat mess statical christoph
76 irrelevant ips prebuilt unclear incompatibiliti delimit lb quickstart gpt die concatenat handshak largest na aix
76 alchemi argv jsonschema optimis postfix tel backtick hbs pi idempotent sym insight broadcast mut colon homepag
76 feed rootless breakdown convenienc enumerabl asymmetric vertical peter bear structural wast statsd syslog lodash
76 organiz snyk ancest opportuniti handlebar goroutin majoriti semaphor altogeth simultaneous boost python2 typeof
76 prov
77 ecdsa forbidden spin micro msvc j2 theori reexport actionabl simon business iter stabiliti codepath editabl alpn
77 iptabl appvei protonmail lo outlook typecheck ind shorten opaqu aot foreign mongodb xxx trusti unwant afterward
77 rough memoiz brand machineri pixel hex percentag grad shortcut wit erroneous decompress mini httpd flight chris
77 retent vec constrain straightforward heredoc somewher exhaust english intact indefinit tend careful circumstanc
77 div strang surpris cid cts gradient portal postcss suffic verbositi compliant mechanical calle deserializat
77 localiz subdir breakpoint rack french mkdir chmod rerun cronjob superfluous pristin invariant invert dial evict
77 jammi pollut callsit uint8 eas mem flexibiliti acceptabl pseudo sed tr horizontal incident openbsd dataclass keyr
77 meter scrap expiri prioritiz perhap retrieval
78 eq instant py2 reproduct bm webdriv routin shot tear eof accommodat arc eslintignor torch tub brief nm libexec
78 surviv besid json5 monorepo parameteriz grab aka relocat sentinel sock deliberat osx prev npmrc cheap mileston
78 iam among autogenerat explor uniform streamlin stdio vari apart polish testcas borrow intl paul ternari wak
78 transpil v27 th sts disappear teach ga clarificat dangerous knowledg mid notat conclus consumpt frequenci nix
78 spend td clipboard crud rebalanc ters awkward v16 sysroot dr ban mim v24 odd labell strai insensitiv poor
78 deepcopi markup md5 unreleas datastor intrinsic zlib undef bu ed inclus lightweight synthetic semicolon acl
78 reimpl pdb consequenc counterpart dpkg legal prec social doctest evolut freshness mariadb plist corn denial
78 capitaliz retroactiv encourag shellcheck genuin tslint bail compromis perspectiv hyper deadlin timezon confin ec
78 pay avg radius ram jan jar forg tight countri correlat shrink elf hotmail leaf poc pv4 responsiv untyp fqdn
79 le hat glibc pki symbolic yank highest cyclic progressiv scatt thumbnail pkc panick virt tod mistaken march
79 succeed percent specializ assemb blanket coerc formula junit privaci reachabl shallow suitabl urllib3 zoom focal
79 plot nv caveat richard shebang uptim evan considerat mtl skeleton anyhow cm eras solaris dl rational tl swallow
79 negat ecma myself suspect forbid speak autofix duck eric vcs gs esp ghsa lee kick everyon mutual wall tpl digit
79 abandon cumulativ reproducibl seperat tier avatar bigint envvar jam mq nonexistent rabbit varianc vulnerabl ongo
79 im portabl bigg ground vis tighten aggressiv pos repeated ari bionic lexer parenthesiz passiv psi throughput
79 passwd outbound chos pron ins unmodifi busi periodical revisit backslash charset excessiv prematur argpars divis
79 extent intern snak sv xenial
80 alphabetical exponential speedup zhang ing meantim chroot amend bat unexpected uninitializ agentic cb leas
80 memcach dig integriti heroku reintroduc del medium asid es5 summariz textarea rw folk forum inspir capabl
80 initialis favour intersect bounc descendant diagram pluggabl selectabl shak swe ua modular pc presumab packet
80 simplificat bs gif millisecond agnostic ian reassign redesign designat ld prettierignor tolerat vagrant gid fixm
80 consist notabl cascad dest ctrl ietf mtim prerequisit verbatim abs ack ambient conv dan exposur int64 manageabl
80 openrc riscv64 scrollbar journal misspell felt churn clobb scm slav ql toolbox lay approximat decl severiti
80 stress coercion gitkeep gl heuristic lp unstructur huawei invit connectiviti scann conversat terminologi
80 unmaintain daniel norm rearrang explod practical programmatical pypa redefin sensibl ups ctor oauth2 opaciti
80 takeov tt pdf
81 needless furthermor lexical comp variat bonus legitimat ordinari segmentat advertis reap selenium unintentional
81 errno juno oob whilst v23 punctuat granular uncompress elaps cls opensourc reenabl studi youtub lift outstand
81 inadvertent jun actor thousand additiv backtrac importlib originat qo ray reconstruct robert v26 liberti samuel
81 v25 settl perl stamp bun crt shuffl fiv offend drift fell roadmap adjacent blam diverg ide outgo r2 ton distanc
81 divergenc spellcheck testabl jay protoc internet stick stall agr unimpl alexand tmpf obscur seek udpat collid
81 wild chines fundamental granulariti hyphen idx microtask moreov mozilla nb outag prefetch spik ax gonna
81 insufficient multiprocess uint32 nn filepath undocu troubl clamp floor bubbl consecutiv contextual credit enclos
81 hoc mangl uppercas dt finalizat oop pickl sg ta truthi fulfill statistical unlink
82 traditional aid brew subpath clash prohibit workdir naiv healthi tied cpython fun arithmetic discrepanci
82 reinstall tmpdir appearanc dockerignor thumb visualizat unrecogniz harmless seq april ariti relic hood resilient
82 fri thorough optimisat examin mind pressur reinstat unspecifi warm cidr consent dx gitattribut hero invers nan
82 precompil reconnect resubmit rustup unauthoriz failov garden zed par accomodat ses undici informativ unmarshal
82 enc tie uncom wish offload predict int32 ident pointless sticki unintend widen bill burn debounc favicon gp
82 illegal postinstall rand shad travel vict autoload till sha1 rebuilt hw perm rf qq absenc consult chalk chdir
82 unbreak keychain brought fund editorconfig egg forgotten pathnam symmetric paralleliz interleav permalink
82 ambiguiti threw assignabl canonicaliz cond converg corp dang disambiguat fe felix mimic opposit roundtrip uncheck
82 combo crypt nobodi derivativ repair conventional buggi safeguard
83 unresolv confidenc dec worst rx rss spent clickabl cold dotnet gist handful lowest nick ppc64 recv sdist symptom
83 unskip systemctl dm lua faulti sil discourag downsid closest segfault abc defensiv installabl invisibl singular
83 te tp uncov unregist yang jpg unord precondit realpath jq cisco gi ed25519 mis fly concis approval ling mill
83 nullish oh test2 unari codespell crc embedd hmac icu interoperabiliti mot operational plann ss ugli substr dos
83 sigterm hotfix greg compound gav gt localiti scrub subtyp entitl hg idiomatic infiniti outli pillow v12
83 unprivileg prim usabiliti resp blind natur realistic painful rustfmt gke decr doesnt inefficient mm pragma
83 sigsegv substantial unload wider companion complaint craft isort lm
`;
