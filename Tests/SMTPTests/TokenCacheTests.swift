import Testing

@testable import SMTP

/// When a token is used, replaced and given up: pure decisions at made-up times.
@Suite struct TokenCacheTests {
    private let start = ContinuousClock.now
    private let cause = TokenFailure.refused(status: 503, error: nil)

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func token(_ text: String, from: Int = 0, lasting seconds: Int) throws -> BearerToken {
        try #require(BearerToken(text, lifetime: .init(from: at(from), lasting: .seconds(seconds))))
    }

    @Test(
        "A token is replaced five minutes before its end, a short-lived one after four fifths of its life",
        arguments: [(3600, 3300), (86_400, 86_100), (1500, 1200), (1000, 800), (60, 48), (1, 0)])
    func refreshTime(_ lifetime: Int, _ refresh: Int) throws {
        var cache = TokenCache()
        let token = try token("a", lasting: lifetime)
        cache.succeed(token)
        if refresh > 0 { #expect(cache.next(asked: at(refresh - 1), now: at(refresh - 1)) == .use(token)) }
        #expect(cache.next(asked: at(refresh + 1), now: at(refresh + 1)) == .fetch)
    }

    @Test func withoutATokenOneIsFetched() {
        #expect(TokenCache().next(asked: at(0), now: at(0)) == .fetch)
    }

    @Test func whileItIsBeingReplacedTheOldOneServesToItsEnd() throws {
        var cache = TokenCache()
        let old = try token("old", lasting: 60)
        cache.succeed(old)
        cache.begin()
        #expect(cache.next(asked: at(50), now: at(50)) == .use(old))
        #expect(cache.next(asked: at(59), now: at(59)) == .use(old))
        #expect(cache.next(asked: at(60), now: at(60)) == .fetch)
        let new = try token("new", from: 50, lasting: 60)
        cache.succeed(new)
        #expect(cache.next(asked: at(60), now: at(60)) == .use(new))
    }

    @Test func aFailedRefreshIsNotRepeatedAtOnceWhileTheOldOneServes() throws {
        var cache = TokenCache()
        let old = try token("old", lasting: 1500)
        cache.succeed(old)
        #expect(cache.next(asked: at(1200), now: at(1200)) == .fetch)
        cache.begin()
        #expect(try cache.fail(cause, at: at(1210)) == old)
        #expect(cache.next(asked: at(1211), now: at(1211)) == .use(old))
        #expect(cache.next(asked: at(1239), now: at(1239)) == .use(old))
        #expect(cache.next(asked: at(1240), now: at(1240)) == .fetch)
    }

    @Test func whoeverWaitedForAFailureSharesIt() throws {
        var cache = TokenCache()
        cache.begin()
        #expect(throws: cause) { try cache.fail(cause, at: at(20)) }
        #expect(cache.next(asked: at(5), now: at(20)) == .fail(cause))
        #expect(cache.next(asked: at(21), now: at(21)) == .fetch)
    }

    @Test func thatOneGaveUpSaysNothingToOthers() throws {
        var cache = TokenCache()
        cache.begin()
        #expect(throws: TokenFailure.abandoned) { try cache.fail(.abandoned, at: at(20)) }
        #expect(cache.next(asked: at(5), now: at(20)) == .fetch)
    }

    @Test func anExpiredTokenDoesNotHideAFailure() throws {
        var cache = TokenCache()
        cache.succeed(try token("old", lasting: 60))
        cache.begin()
        #expect(throws: cause) { try cache.fail(cause, at: at(61)) }
        #expect(cache.next(asked: at(60), now: at(61)) == .fail(cause))
    }

    @Test func aRefusedTokenIsForgottenAndItsSuccessorIsNot() throws {
        var cache = TokenCache()
        let old = try token("old", lasting: 600)
        cache.succeed(old)
        cache.discard(old)
        #expect(cache.next(asked: at(1), now: at(1)) == .fetch)
        let new = try token("new", lasting: 600)
        cache.succeed(new)
        cache.discard(old)
        #expect(cache.next(asked: at(1), now: at(1)) == .use(new))
    }
}
