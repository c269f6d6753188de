/** Pages as Confluence stores them, put together after its public description of the format and of its macros. */
export const samples: Readonly<Record<string, string>> = {
  plain:
    '<h1>Releases</h1><p>We release <strong>every</strong> <em>Tuesday</em>, see <a href="https://example.com/a?b=1&amp;c=2">the plan</a>.</p>' +
    '<ul><li><p>Freeze on Monday</p></li><li><p>Tag, then <code>npm publish</code></p><ul><li><p>never by hand</p></li></ul></li></ul>' +
    '<ol start="3"><li>Third</li><li>Fourth</li></ol><blockquote><p>Quoted &mdash; &ldquo;as said&rdquo;</p></blockquote><hr />' +
    '<p>Line one<br />line two</p><p><br /></p><p>&nbsp;</p><p /><pre>plain  text\n  kept</pre>',
  macros:
    '<ac:structured-macro ac:name="toc" ac:schema-version="1" ac:macro-id="a1"><ac:parameter ac:name="maxLevel">3</ac:parameter></ac:structured-macro>' +
    '\n<p>State: <ac:structured-macro ac:name="status" ac:schema-version="1" ac:macro-id="b2"><ac:parameter ac:name="title">DONE</ac:parameter><ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro> since <time datetime="2026-11-02" /> by ' +
    '<ac:link><ri:user ri:account-id="712020:5b10ac8d" /></ac:link> <ac:emoticon ac:name="smile" ac:emoji-shortname=":slight_smile:" ac:emoji-fallback="🙂" /></p>\n' +
    '<ac:structured-macro ac:name="info" ac:schema-version="1" ac:macro-id="c3"><ac:parameter ac:name="title">Careful</ac:parameter><ac:rich-text-body>\n<p>Read this <em>first</em>.</p>\n<ul><li>and this</li></ul>\n</ac:rich-text-body></ac:structured-macro>' +
    '<ac:structured-macro ac:name="code" ac:schema-version="1" ac:macro-id="d4"><ac:parameter ac:name="language">ts</ac:parameter><ac:plain-text-body><![CDATA[if (a < b && c) {\n  go("]" + "]>");\n}]]></ac:plain-text-body></ac:structured-macro>' +
    '<ac:structured-macro ac:name="code" ac:schema-version="1" ac:macro-id="e5"><ac:parameter ac:name="title">With a title</ac:parameter><ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>' +
    '<ac:structured-macro ac:name="jira" ac:schema-version="1" ac:macro-id="f6"><ac:parameter ac:name="key">OPS-12</ac:parameter></ac:structured-macro>',
  layout:
    '<ac:layout><ac:layout-section ac:type="two_equal" ac:breakout-mode="default"><ac:layout-cell>\n<h2>Left</h2>\n<p>One</p>\n</ac:layout-cell><ac:layout-cell><p>Two</p><ac:structured-macro ac:name="expand" ac:schema-version="1"><ac:parameter ac:name="title">More</ac:parameter><ac:rich-text-body><p>Inside</p></ac:rich-text-body></ac:structured-macro></ac:layout-cell></ac:layout-section>' +
    '<ac:layout-section ac:type="single"><ac:layout-cell></ac:layout-cell></ac:layout-section></ac:layout>',
  tables:
    '<table data-table-width="760" data-layout="default" ac:local-id="t1"><colgroup><col style="width: 340.0px;" /><col style="width: 420.0px;" /></colgroup><tbody><tr><th><p><strong>Name</strong></p></th><th><p>Port</p></th></tr><tr><td><p>github</p></td><td><p>7101 | 7102</p></td></tr><tr><td>bare</td><td></td></tr></tbody></table>' +
    '<table><tbody><tr><th rowspan="2"><p>Merged</p></th><td data-highlight-colour="#e6fcff"><p>Coloured</p></td></tr><tr><td><ul><li>one</li></ul></td></tr></tbody></table>',
  tasks:
    '<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-uuid>u-1</ac:task-uuid><ac:task-status>incomplete</ac:task-status><ac:task-body><span class="placeholder-inline-tasks">Ask <ac:link><ri:user ri:account-id="712020:77" /></ac:link></span></ac:task-body></ac:task>' +
    '<ac:task><ac:task-id>2</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>Done</ac:task-body></ac:task></ac:task-list>',
  media:
    '<ac:image ac:align="center" ac:width="400" ac:alt="The queue"><ri:attachment ri:filename="queue.png" ri:version-at-save="1" /></ac:image>' +
    '<p>See <ac:link><ri:attachment ri:filename="plan.pdf" /><ac:plain-text-link-body><![CDATA[the plan & more]]></ac:plain-text-link-body></ac:link> and ' +
    '<ac:link ac:anchor="top"><ri:page ri:content-title="Handbook" ri:space-key="OPS" /><ac:link-body>the <strong>handbook</strong></ac:link-body></ac:link>, ' +
    '<a href="https://example.com/card" data-card-appearance="inline">https://example.com/card</a>.</p>',
  comments:
    '<p>Ships <ac:inline-comment-marker ac:ref="9a8b-77">next week</ac:inline-comment-marker>, <span style="color: rgb(255,0,0);">maybe</span>; H<sub>2</sub>O, <u>under</u>.</p>' +
    '<p style="text-align: center;">Centred</p><ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">custom</ac:adf-attribute><ac:adf-content><p>In a new panel</p></ac:adf-content></ac:adf-node><ac:adf-fallback><div><p>In a new panel</p></div></ac:adf-fallback></ac:adf-extension>',
  bare: 'A comment with <strong>no</strong> paragraph<br/>of its own',
  awkward:
    '<!-- kept --><p>1. not a list</p><p># not a heading</p><p>* stars * and _lines_ [x](y) &lt;b&gt; \\ ` ~~ ⟦storage:fake⟧ ⟦0⟧</p>\n\n<p>&amp;amp; &#8364; &euro; \u200bhidden</p>' +
    "<ul><li>a</li></ul><ul><li>b</li></ul><p attr='\"'>odd</p><div><p>wrapped</p></div><p>日本語の<strong>太字</strong>です。</p>",
  empty: '',
};
