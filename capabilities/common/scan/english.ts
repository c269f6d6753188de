/** Up to so many words in between, within a sentence; `wordsOf` lets none be long. */
const gap = (words: number): string => `(?:[^ .]+ ){0,${words}}`;

const model =
  '(?:(?:ai|artificial intelligence|coding|autonomous|automated|virtual) )?(?:ais?|llms?|large language models?|language models?|chatbots?|chatgpt|gpt|gpt 4|claude|gemini|copilot|grok|llama|bard|assistants?|ai (?:agents?|models?|systems?|reviewers?|readers?)|(?:coding|autonomous|automated) agents?)';

const before =
  '(?:previous|previously|prior|earlier|above|preceding|foregoing|former|past|initial|original|existing|current|old|system|developer|safety|ethical|other|given|received)';

/** What a model was told. */
const told =
  '(?:instructions?|prompts?|directives?|directions?|guidelines?|guardrails?|programming|training|orders?|system prompts?|system messages?)';

const toldOrSaid = `(?:${told}|commands?|rules?|context|conversations?|messages?|requests?|tasks?|constraints?|restrictions?|assignments?|requirements?|policies|policy|information|assignments|thoughts|text|statements?|questions?|dialogue|limitations?)`;

const ignore =
  '(?:ignore|disregard|forget|dismiss|neglect|pay no attention to|do not follow|dont follow|stop following|do not obey|dont obey|stop obeying|do not listen to|dont listen to)';

const undo =
  '(?:override|overrule|overwrite|bypass|circumvent|cancel|set aside|put aside|abandon|delete|erase|reset|void|drop|discard|skip|omit|unlearn|supersede|replace)';

const forgetWhat =
  '(?:forget|disregard) (?:about )?(?:all|everything|anything|whatever|what) (?:that )?(?:you|i|we|was|were|has been|have|said|above|before|prior)';

const overriding = [
  `${ignore} ${gap(5)}${before} ${gap(3)}${toldOrSaid}`,
  `${undo} ${gap(4)}${before} ${gap(3)}${told}`,
  `(?:${ignore}|${undo}) (?:all |any |of |every |completely |entirely ){0,3}your ${gap(3)}${toldOrSaid}`,
  `${ignore} (?:all|any|every)(?: of)?(?: the| other| such| these| those)? ${told}`,
  forgetWhat,
  'ignore (?:all|everything|anything|whatever|what) (?:that )?(?:you were|you have|i said|i told|i have|was said|has been said|above|said before|written above|came before)',
  '(?:ignore|disregard|forget) (?:all |of |the ){0,3}(?:above|preceding|foregoing)(?: and| instead| text| directions?| message| content| context| information| \\.)',
  'forget (?:about )?everything',
  `(?:leave|put|remove) (?:all |of |the ){0,3}${before} ${toldOrSaid} ${gap(2)}(?:behind|aside|out of)`,
  `(?:change|alter|rewrite) your ${gap(2)}${told}`,
  'ignore(?:all|any|the|your|my){0,2}(?:previous|prior|above|earlier)(?:instructions?|prompts?|rules|messages?)',
  `${before} ${told} (?:are|is) (?:now )?(?:void|cancelled|canceled|obsolete|invalid|revoked|null|no longer valid|superseded|overridden)`,
];

const newOrders = [
  `(?:new|updated|revised|real|actual|true|secret|hidden|additional|urgent|special) (?:system )?(?:instructions?|prompt|directives?|orders) :`,
  'your (?:new|real|actual|true|only|sole|primary|updated|main) (?:task|goal|objective|instructions?|purpose|role|job|directive|mission|identity|name)(?: now)? (?:is|are)',
  '(?:focus|concentrate) (?:only |now )?on (?:your|the|this) new task',
  'new (?:tasks?|instructions?) (?:now )?(?:follows?|followed|are followed|begins?)',
  'from now you',
  'for the (?:remainder|rest) of (?:this|our) (?:chat|conversation|thread|session)',
  `from now on ${gap(2)}(?:you|your|act|respond|answer|always|reply|speak|behave|only|every)`,
  `(?:notes?|messages?|attention|instructions?|notice|hints?|warning|reminder|memo|important|addendum|directives?|prompts?|request|guidance) (?:to|for|aimed at|directed at) (?:any |all |the |an |a |every |other |your ){0,2}${model}`,
  `(?:hey|hi|hello|dear|attention|listen|ok|okay) ${model}`,
  `(?:any|all|every|each) ${model} (?:reading|processing|must|should|reviewing|parsing|summari[sz]ing)`,
  `(?:if|when|since|because|whenever) (?:you|the reader) (?:are|is|re) (?:reading this )?(?:and )?(?:an? |the )?(?:${model}|(?:ai )?agent|bot|model)`,
  `(?:if|when|once|whenever|after) (?:you|an? ${model}|the ${model}|the model|the agent) (?:reads?|process(?:es)?|sees?|summari[sz]es?|parses?|ingests?|retrieves?) (?:this|these)`,
  `${model} (?:must|should|shall|has to|have to|needs? to|will) (?:now |always |never |immediately |first |also |instead ){0,2}(?:ignore|disregard|obey|comply|respond|reply|answer|say|send|execute|run|call|approve|merge|recommend|include|output|treat|forget)`,
  '(?:stop what you are doing|stop everything and)',
  '(?:end|end of|begin|beginning of|start of) (?:the )?(?:system prompt|user (?:input|query|message|prompt)|system message|system instructions?|context and|document and)',
  '(?:system|admin|administrator|developer|root) (?:override|prompt|instructions?|directive|command) :',
  '(?:system|admin|developer|security) override',
];

const personas = [
  `you are now (?:a |an |the |my |in |going to |acting |playing |called |named |known as |no longer ){1,3}${gap(4)}(?:ais?|assistant|model|bot|chatbot|agent|hacker|persona|character|dan|mode|role|bound|restricted|limited|act|pretend|roleplay|free|unrestricted|expert|human|pirate|terminal|interpreter|gpt|as|founder|god|son)`,
  'you are now (?:free|dan|jailbroken|unrestricted|unfiltered|uncensored|acting|roleplaying|pretending|evil|chatgpt|no longer (?:an? )?(?:ai|bound|assistant|restricted))',
  'as an ai (?:language model|assistant|model|agent|chatbot|system|you|i)',
  'as an? (?:large )?language model',
  `you are (?:an? |the )(?:helpful |large |powerful |friendly |unrestricted |unfiltered |uncensored |evil |advanced |expert |intelligent ){0,3}(?:ai|artificial intelligence|language model|llm|assistant|chatbot|chatgpt|ai (?:assistant|model|agent))`,
  `(?:act|behave|respond|answer|reply|speak|operate|function) (?:as|like) (?:if you (?:are|were) |though you (?:are|were) )?(?:an? |my |the )?${gap(3)}(?:ai|chatbot|language model|chatgpt|dan|hacker|character|persona|unrestricted|unfiltered|(?:python|linux|javascript|bash) (?:interpreter|terminal|console)|gpt)`,
  '(?:i want you to|id like you to|you will|you are going to|you are about to|you must|you should|please) (?:now )?(?:act as|act like|pretend to be an?|pretend you|pretend that you|pose as|impersonate|roleplay|role play|play the role|immerse yourself)',
  '(?:take on|assume|adopt|personify) (?:the |an? |your |new ){0,2}(?:persona|personality|identity|character) (?:of|called|named|as|that|who)',
  '(?:you are|be|in|are) (?:roleplaying|role playing)(?: as)?',
  '(?:you are|youre|be) (?:now )?in the role of',
  'pretend (?:that )?(?:you are|youre|to be an? (?:ai|unrestricted|evil|human))',
  '(?:imagine|assume|suppose) (?:that )?you are (?:an? )?(?:ai|unrestricted|evil|chatbot|assistant|language model|hacker)',
  '(?:do anything now|(?:enable |enter |activate |in |switch to )(?:dan|jailbreak|god|unrestricted) mode|developer mode (?:enabled|output|on)|jailbroken|jailbreak mode|stay in character|break character|opposite mode)',
  '(?:disable|deactivate|turn off|switch off) (?:all |your |any |the |every ){0,2}(?:safety|content|ethical|moral|moderation) (?:filters?|guidelines?|checks?|restrictions?|protocols?|polic(?:y|ies))',
  '(?:no|without|any|disregards? all|ignores? all|not have|not follow|not care about|regardless of) (?:the |any |of |sense of |regard for |consideration for ){0,2}(?:laws |rules |legality |legal |laws and ){0,2}(?:or |and )?(?:ethics|morals|morality|ethical or|moral or|openai polic(?:y|ies))',
  '(?:amoral|immoral|unethical|unfiltered) (?:ai|assistant|chatbot|language model|gpt)',
  'chatgpt (?:will|must|should|now|only)',
  `(?:without|no|any|free from|ignore|bypass|lift|remove) (?:any |all |of |the |its |your ){0,2}(?:ethical|moral|content|safety|openai) (?:or (?:moral|ethical|legal) )?(?:restrictions?|guidelines?|limitations?|limits|filters?|polic(?:y|ies)|boundaries|constraints?|considerations?|standards|principles)`,
  '(?:unfiltered|uncensored|unrestricted|jailbroken) (?:and \\w{1,20} )?(?:ai|responses?|answers?|output|language model|chatbot|assistant)',
  'you (?:must |should |will |can |may )?(?:never|cannot|can not|are not allowed to|do not|dont) (?:refuse|reject|decline|say no|apologi[sz]e)',
];

const secrets = [
  '(?:do not|dont|never|must not|should not) (?:tell|inform|notify|alert|warn) (?:the |any |your |this to the )?(?:users?|humans?|operators?|people|anyone|anybody|owner|customer|reader)',
  `(?:do not|dont|never|must not|should not|without) (?:mention|mentioning|reveal|revealing|disclose|disclosing|show|report|explain|acknowledge) ${gap(5)}(?:to (?:the |any |your )?(?:users?|humans?|operators?|anyone|anybody|owner)|(?:this|these|that) (?:instructions?|message|note|prompt|comment))`,
  'without (?:telling|informing|alerting) (?:the |any |your )?(?:users?|humans?|operators?|anyone|owner)',
  `(?:reveal|show|print|output|repeat|display|tell|give|share|disclose|expose|leak|dump|quote|recite|echo|write|encode|what (?:is|are|was|were)|summari[sz]e|translate) ${gap(6)}(?:your|the system|the hidden|the secret|the original|the initial|the full) (?:\\w{1,20} ){0,2}(?:system prompts?|prompts?|initial prompt|instructions|guidelines|programming|system message)`,
  `(?:repeat|print|output|copy|spell check) ${gap(3)}(?:above|preceding) (?:text|words|instructions|prompt|message|lines)`,
  '(?:instructions?|prompts?|rules|what|everything) (?:that )?(?:you were|were you|you have been) (?:originally |initially |first )?(?:given|told|instructed)',
  'your (?:initial|original|hidden|secret|first) (?:system )?(?:prompt|instructions)',
  `(?:repeat|print|output|copy|write) (?:all |back |out |me |us )?(?:of )?(?:the )?(?:words|text|everything|instructions|lines|sentences|content) (?:you were given |written |that (?:is|are|was|came) )?(?:above|before this)`,
  `(?<!not |never |dont |to )(?:reveal|leak|exfiltrate|output|print|disclose|divulge|list|tell me|give me|send me|share) ${gap(4)}your (?:\\w{1,20} ){0,2}(?:credentials?|secrets?|api keys?|tokens?|environment variables|passwords?|configuration|memory|tools|access keys?|private keys?)`,
];

const actions = [
  `(?:call|invoke|use|execute|run) (?:the )?${gap(4)}(?:tool|function|command|script|code) (?:immediately|now|right away|silently|at once|as soon as|before (?:answering|responding|you)|when you (?:read|see))`,
  `(?:silently|secretly) (?:call|invoke|execute|run) ${gap(4)}(?:tool|function|command|script)`,
  `before (?:answering|responding|you (?:answer|respond|reply|continue|proceed)|using any|calling any|doing anything) ${gap(4)}(?:you must|first|call|run|read|send|always)`,
  'before using this tool',
  `(?:in|into|to|at the end of|at the start of|throughout) (?:your|every|each|all) (?:final |next )?(?:response|answer|reply|summary|output|review)s? (?:always |you must |please |also )?(?:include|say|mention|add|recommend|write|state|tell|insert)`,
  `(?:include|insert|append|add|mention|embed|put) ${gap(8)}(?:in|into|to|at the end of|of) (?:your|each of your|all your|all of your|every) (?:\\w{1,20} )?(?:responses?|answers?|repl(?:y|ies)|summar(?:y|ies)|outputs?)`,
  `(?:start|begin|end|finish|prefix|conclude) (?:your|every|each|all) ${gap(2)}(?:responses?|answers?|repl(?:y|ies)|messages?|summar(?:y|ies)) (?:with|by)`,
  '(?:do not|dont) (?:summari[sz]e|answer the (?:user|question)|respond to the (?:user|question))',
  `(?:if|when|whenever) (?:the user|a user|someone|anyone|users?|you are) (?:asks?|asked|requests?)(?: you)? ${gap(8)}(?:you (?:must|should|will)|always|never|say|respond|reply|answer|recommend|tell them)`,
  '(?:say|print|output|respond with|reply with|answer with|write) (?:only |exactly |just )?(?:i have been (?:pwned|hacked)|pwned|haha|hacked)',
  `(?:respond|reply|answer) (?:only |exactly |always )(?:with|as|in|by)`,
  '(?:mark|approve|merge|rate|accept|score) (?:this|the) (?:\\w{1,20} )?(?:pull request|pr|paper|submission|candidate|resume|review|document|application)? ?(?:as (?:approved|safe|verified|excellent|trusted)|without (?:review|checking|reading))',
];

const reversed = '(?:snoitcurtsni|tpmorp metsys)';
const rot13 =
  '(?:(?:vtaber|qvfertneq|sbetrg|bireevqr) (?:[^ .]+ ){0,6}(?:vafgehpgvbaf?|cebzcgf?|ehyrf)|flfgrz cebzcg|qb abg gryy gur hfre)';

const alternatives = [...overriding, ...newOrders, ...personas, ...secrets, ...actions];

/** English text that is aimed at a model, in a reading by `wordsOf`. All repetition is bounded. */
export const englishInstructions = new RegExp(`(?<= )(?:${alternatives.join('|')})(?= )`, 'gu');

/** The plainest of it, backwards or with the letters turned by 13. */
export const turnedInstructions = new RegExp(`(?<= )(?:${reversed}|${rot13})(?= )`, 'gu');

/** Words by which a text that pages do not show speaks to a model, and those by which it asks for something. */
export const namesModel = new RegExp(`(?<= )(?:${model}|agents?|the model|you are)(?= )`, 'u');
export const asksFor =
  /(?<= )(?:must|should|always|never|do not|dont|please|ignore|send|include|append|call|tell|respond|reply|recommend|approve|say|execute|run|remember|insert|output|forget|reveal|summari[sz]e)(?= )/u;
