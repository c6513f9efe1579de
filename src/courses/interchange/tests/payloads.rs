//! Attempts to get a script into a page. None may come out as anything but text.

use super::{
    super::html::{letters_of, tokens_of, written},
    *,
};

/// One attempt each; collected by technique.
const PAYLOADS: &[&str] = &[
    // Scripts in every dress.
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></ScRiPt>",
    "<script/x>alert(1)</script>",
    "<script\n>alert(1)</script\t\n bar>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1)//<</script>",
    "<script>alert(1)",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script href=data:,alert(1) />",
    "<math><script>alert(1)</script></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<title><img title=\"</title><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><svg/onload=alert(1)>\">",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    // Handlers.
    "<img src=x onerror=alert(1)>",
    "<img src=x oNeRrOr=alert(1) alt=a>",
    "<img/src=\"x\"/onerror=alert(1)/alt=a>",
    "<img src=x alt=a onerror\n=\nalert(1)>",
    "<img alt=\"a\"onerror=alert(1) src=x>",
    "<body onload=alert(1)>",
    "<p onmouseover='alert(1)'>x</p>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video controls onloadstart=alert(1)><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<a href=\"http://a/\" onfocus=alert(1) autofocus tabindex=1>x</a>",
    "<div onpointerenter=alert(1) style=position:fixed;inset:0>x</div>",
    "<h1 \u{0}onclick=alert(1)>x</h1>",
    "<img src='x' alt='a' `onerror=alert(1)`>",
    // Addresses that run.
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
    "<a href=\" \u{1}javascript:alert(1)\">x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"java&#9;script:alert(1)\">x</a>",
    "<a href=\"java&Tab;script:alert(1)\">x</a>",
    "<a href=\"&#106;&#97;&#118;&#97;script&colon;alert(1)\">x</a>",
    "<a href=\"&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)\">x</a>",
    "<a href=\"javascript&#58;alert(1)\">x</a>",
    "<a href=\"javascript%3Aalert(1)\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
    "<a href=\"file:///etc/passwd\">x</a>",
    "<a href=\"blob:https://a/1\">x</a>",
    "<a href=\"view-source:javascript:alert(1)\">x</a>",
    "<img src=\"javascript:alert(1)\" alt=a>",
    "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\" alt=a>",
    "<video poster=javascript:alert(1) src=data:text/html,x></video>",
    "<a href=\"#\" xlink:href=\"javascript:alert(1)\">x</a>",
    "<a ping=\"https://evil.example/\" href=\"http://a/\">x</a>",
    // Frames, forms and friends.
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe src=\"data:text/html,<script>alert(1)</script>\" title=\"</a><script>alert(1)</script>\"></iframe>",
    "<iframe src=\"https://a/\" title=\"&lt;script&gt;alert(1)&lt;/script&gt;\"></iframe>",
    "<object data=\"javascript:alert(1)\"><param name=x></object>",
    "<embed src=\"javascript:alert(1)\" code=x>",
    "<applet code=x></applet>",
    "<form action=\"javascript:alert(1)\"><button formaction=\"javascript:alert(1)\">x</button></form>",
    "<input type=image src=x onerror=alert(1)>",
    "<isindex action=\"javascript:alert(1)\">",
    "<meta http-equiv=\"refresh\" content=\"0;url=javascript:alert(1)\">",
    "<base href=\"javascript:alert(1)//\"><a href=x>y</a>",
    "<link rel=stylesheet href=\"javascript:alert(1)\">",
    "<link rel=import href=//evil.example>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    "<dialog open onclose=alert(1)>x</dialog>",
    "<portal src=javascript:alert(1)></portal>",
    // Styles.
    "<style>@import 'javascript:alert(1)';</style>",
    "<style><img src=\"</style><img src=x onerror=alert(1)>\">",
    "<p style=\"background:url(javascript:alert(1))\">x</p>",
    "<p style=\"width:expression(alert(1))\">x</p>",
    "<table background=\"javascript:alert(1)\"><tr><td background=\"javascript:alert(1)\">x</table>",
    // Drawings and formulas.
    "<svg onload=alert(1)>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>",
    "<svg><set attributeName=href to=javascript:alert(1)>",
    "<svg><use href=\"data:image/svg+xml,<svg id=x onload=alert(1)>#x\"></svg>",
    "<svg><foreignObject><iframe onload=alert(1)></foreignObject></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math href=\"javascript:alert(1)\">x</math>",
    "<math><mi xlink:href=\"data:x,<script>alert(1)</script>\">x</mi></math>",
    "<math><maction actiontype=\"statusline#http://evil\" xlink:href=\"javascript:alert(1)\">x</maction></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script></annotation-xml></math>",
    "<math><annotation encoding=\"text/html\"><img src=x onerror=alert(1)></annotation></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    // Comments, sections, broken quotes.
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><script>alert(1)</script>",
    "<p title=\"'><script>alert(1)</script>\">x</p>",
    "<p title='\"><img src=x onerror=alert(1)>'>x</p>",
    "<img alt=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\" src=x>",
    "<p id=\"x\" id=\"y\" title=`onclick=alert(1)`>x</p>",
    "<code class='language-x\" onclick=\"alert(1)'>x</code>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<p title=\"</p><script>alert(1)</script>",
    "\u{feff}<scri\u{0}pt>alert(1)</script>",
    "<img src=x:alert(1) alt=a onerror=eval(src) x=`",
    "<x onclick=alert(1)>click</x>",
    "<custom-element onclick=alert(1)>x</custom-element>",
    "<img name=getElementById src=http://a/ alt=a><p id=cookie>x</p>",
];

/// Reads the result with a reader of its own and looks at each tag.
fn assert_safe(payload: &str, html: &str) {
    for (name, attributes) in tokens_of(html) {
        let fine = KNOWN.contains(&name.as_str());
        assert!(fine, "<{name}> came out of {payload}: {html}");
        for (attribute, value) in attributes {
            assert!(
                !attribute.starts_with("on"),
                "{attribute} came out of {payload}: {html}"
            );
            let active = [
                "style",
                "srcdoc",
                "ping",
                "formaction",
                "action",
                "xlink:href",
                "name",
                "background",
            ];
            assert!(
                !active.contains(&attribute.as_str()),
                "{attribute} came out of {payload}: {html}"
            );
            if matches!(
                attribute.as_str(),
                "href" | "src" | "poster" | "data" | "cite"
            ) {
                let address = value.to_ascii_lowercase();
                let safe = ["http://", "https://", "mailto:", "#", "/new/"];
                assert!(
                    safe.iter().any(|s| address.starts_with(s)),
                    "{address} came out of {payload}: {html}"
                );
            }
            assert!(
                attribute != "id" || value.starts_with("c-"),
                "{value} came out of {payload}"
            );
        }
    }
}

/// The elements that the payloads may leave behind.
const KNOWN: [&str; 22] = [
    "a",
    "annotation",
    "audio",
    "code",
    "details",
    "div",
    "h1",
    "img",
    "li",
    "math",
    "mi",
    "mtext",
    "p",
    "source",
    "span",
    "summary",
    "table",
    "tbody",
    "td",
    "tr",
    "video",
    "ul",
];

#[test]
fn nothing_runs() {
    assert!(PAYLOADS.len() >= 100);
    for payload in PAYLOADS {
        let once = rewrite(payload);
        assert_eq!(
            letters_of(&once.html),
            letters_of(&written(payload)),
            "{payload}"
        );
        assert_safe(payload, &once.html);
        // Text that becomes markup when it is read again would be found here.
        assert_safe(payload, &rewrite(&once.html).html);
        // In the middle of other markup, where another state of the parser may be in force.
        for around in [
            "<table><tr><td>{}</table>",
            "<math><mtext>{}</math>",
            "<p title=\"{}",
            "<svg>{}",
            "<select>{}",
            "<ul><li>{}",
        ] {
            let html = around.replace("{}", payload);
            assert_safe(&html, &rewrite(&html).html);
        }
    }
}

#[test]
fn all_of_them_in_one_page() {
    let html = PAYLOADS.concat();
    assert_safe("all", &rewrite(&html).html);
    let backwards: Vec<&str> = PAYLOADS.iter().rev().copied().collect();
    assert_safe("all backwards", &rewrite(&backwards.join("<p>")).html);
}

#[test]
fn titles_are_text() {
    let resources = resource("p", "webcontent", "p.html");
    let opened = Pack::new()
        .file("imsmanifest.xml", manifest("", &resources))
        .file("p.html", "<title>&lt;script&gt; &amp;amp; \u{7}x</title>")
        .read();
    assert_eq!(opened.course.pages[0].title, "<script> &amp; x");
}
