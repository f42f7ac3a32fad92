import Testing

@testable import Mail

@Suite("Punycode")
struct PunycodeTests {
    /// RFC 3492 section 7.1, the samples in one case.
    @Test(
        "gives the samples of RFC 3492",
        arguments: [
            ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
            ("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
            ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
            ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
            ("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"),
            ("ü", "tda"), ("bücher", "bcher-kva"),
        ])
    func samples(text: String, expected: String) {
        #expect(Punycode.encode(Array(text.unicodeScalars)) == expected)
    }
}
