package dev.messagecontact.validation;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailSyntaxTest {

    private static final String LABEL_63 = "b".repeat(63);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "someone@example.com",
                "dm.ldm@gmail.com",
                "user+tag@example.com",
                "Tom.Lee@EXAMPLE.com",
                "x@sub.sub2.example.co.uk",
                "!#$%&'*+-/=?^_`{|}~@x.org",
                "-a@b.co",
                "a-@b.co",
                "1@2.co",
                "a@1.2.3.com",
                "a@b.c",
                "a@b.c1",
                "a@b.1c",
                "a@b.c-d",
                "a@x--y.com",
                "a@xn--bcher-kva.de",
                "a@b.xn--p1ai",
                "a@b.test"
            })
    void accepts(String address) {
        assertTrue(EmailSyntax.isMetBy(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "@",
                "a",
                "a@",
                "@b.co",
                "a@b",
                "a@localhost",
                "a@@b.c",
                "a@b@c.de",
                "a@b.co,d@e.fr",
                "a@b.co;d@e.fr",
                ".a@b.co",
                "a.@b.co",
                "a..b@c.de",
                "a@.b.co",
                "a@b..com",
                "a@b.com.",
                "a@b.",
                "a@.",
                "a@-b.com",
                "a@b-.com",
                "a@b.-com",
                "a@b.com-",
                "a@xn--.com",
                "a@b_c.com",
                "a@_b.com",
                "a@b!com",
                "a@b.c+d",
                "a@b/c.de",
                "a@b.co/",
                "a@b.com:25",
                "a@127.0.0.1",
                "a@[127.0.0.1]",
                "a@[IPv6:::1]",
                "a@256.256.256.256",
                "a@0x7f.1",
                "a@b.123",
                "a@1",
                "a(b)@c.de",
                "a@c.de(b)",
                "a@(b)c.de",
                "\"a b\"@example.com",
                "\"a\"@example.com",
                "a\\b@c.de",
                "<a@b.co>",
                "Tom <tom@example.com>",
                "@x.org:a@b.co",
                "mailto:a@b.co",
                " a@b.co",
                "a@b.co ",
                "a @b.co",
                "a@ b.co",
                "a@b .co",
                "a\t@b.co",
                "a@b.co\n",
                "\na@b.co",
                "a@b.co\r\nBcc: x@y.org",
                "a\r\n @b.co",
                "a@b.co\u0000",
                "a\u0001@b.co",
                "a@b.co\u007f",
                "test\u043e@gmail.com",
                "a@bücher.de",
                "张三@example.com",
                "a@例子.中国",
                "a\uFF20b.co",
                "a@b。co",
                "a\u00a0@b.co",
                "a@b.co\u200b"
            })
    void refuses(String address) {
        assertFalse(EmailSyntax.isMetBy(address));
    }

    @Test
    void the_local_part_has_64_characters_at_most() {
        assertTrue(EmailSyntax.isMetBy("a".repeat(64) + "@b.co"));
        assertFalse(EmailSyntax.isMetBy("a".repeat(65) + "@b.co"));
    }

    @Test
    void a_label_has_63_characters_at_most() {
        assertTrue(EmailSyntax.isMetBy("a@" + LABEL_63 + ".com"));
        assertFalse(EmailSyntax.isMetBy("a@b" + LABEL_63 + ".com"));
        assertTrue(EmailSyntax.isMetBy("a@b." + LABEL_63));
        assertFalse(EmailSyntax.isMetBy("a@b.b" + LABEL_63));
    }
}
