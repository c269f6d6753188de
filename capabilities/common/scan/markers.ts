/**
 * What chat templates put around the turns of a conversation (ChatML, Llama 2 and 3, Gemma, Phi, Mistral, Alpaca,
 * Vicuna, Anthropic's older one): in a text it makes words look like somebody else's turn. All repetition is bounded.
 */
const templates = [
  '<\\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|begin_of_text|end_of_text|eot_id|start_header_id|end_header_id|end|channel|message|return|call)\\|>',
  '\\[/?INST\\]',
  '<</?SYS>>',
  '<(?:start|end)_of_turn>',
  '\\[/?(?:SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\\]',
  '</?(?:system|system[-_ ](?:prompt|message|instructions?|reminder)|assistant|untrusted|tool_call|function_calls|function_results|antml:[a-z_]{1,20})>',
];

/** At the start of a line, where the words after it are that role's. */
const roles = [
  '#{1,4} {0,2}(?:system|instruction|assistant|human|user|response|system prompt|new instructions?):? {0,2}$',
  '(?:\\*\\*)?(?:system|assistant|human|system prompt|system message|system instruction)(?:\\*\\*)?: {0,3}(?:you|i|ignore|forget|do|please|the user|new|override|always|never|from)\\b',
  '[-=*#_]{3,20} {0,3}(?:end|begin|start|stop)(?: of)?(?: the)? (?:system|user|prompt|context|instructions?|conversation|input|document|email|data)\\b',
  '\\{{1,2}[#/]?(?:system|user|assistant)(?:~)?\\}{1,2}',
  '(?:["\'])role["\'] {0,2}: {0,2}["\']system["\']',
];

/** Marks of another's turn, in a text as it is but for compatibility forms and what does not show. */
export const roleMarkers = new RegExp(`${templates.join('|')}|^[ \\t>]{0,8}(?:${roles.join('|')})`, 'gimu');
