import Testing

@testable import Worker

@Suite("Prefetch")
struct PrefetchTests {
    @Test("it begins at two letters for each session")
    func beginning() {
        #expect(Prefetch(sessions: 8).depth == 16)
        #expect(Prefetch(sessions: 0).depth == 2)
    }

    @Test("it doubles while it lasts less than a tenth of a second, up to its most")
    func growing() {
        var prefetch = Prefetch(sessions: 8)
        let depths = (0..<8).map { _ in
            prefetch.used(prefetch.depth / 4, in: .milliseconds(24))
            return prefetch.depth
        }
        #expect(depths == [32, 64, 128, 256, 512, 512, 512, 512])
    }

    @Test("it halves while it lasts longer than a second, down to one letter for each session")
    func shrinking() {
        var prefetch = Prefetch(sessions: 5)
        let depths = (0..<4).map { _ in
            prefetch.used(prefetch.depth, in: .milliseconds(1001))
            return prefetch.depth
        }
        #expect(depths == [5, 5, 5, 5])
    }

    @Test("it stays as it is in between", arguments: [100, 500, 1000])
    func steady(milliseconds: Int) {
        var prefetch = Prefetch(sessions: 8)
        prefetch.used(16, in: .milliseconds(milliseconds))
        #expect(prefetch.depth == 16)
    }

    @Test("it learns nothing while couriers take nothing, so that a slow relay's letters are not piled up")
    func nothingTaken() {
        var prefetch = Prefetch(sessions: 8)
        for _ in 0..<9 { prefetch.used(0, in: .milliseconds(1)) }
        #expect(prefetch.depth == 16)
    }

    @Test("more sessions than the usual most are all kept busy")
    func manySessions() {
        var prefetch = Prefetch(sessions: 1000)
        prefetch.used(1000, in: .zero)
        #expect(prefetch.depth == 1000)
    }

    @Test(
        "with fewer sessions there is less ahead, and always something", arguments: [(8, 16), (4, 8), (1, 2), (99, 16)])
    func part(places: Int, depth: Int) {
        #expect(Prefetch(sessions: 8).depth(for: places) == depth)
        var prefetch = Prefetch(sessions: 64)
        for _ in 0..<9 { prefetch.used(64, in: .seconds(2)) }
        #expect(prefetch.depth(for: 1) == 1)
    }
}
