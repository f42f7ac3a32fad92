import Synchronization
import Testing

@testable import Worker

@Suite("Channel", .timeLimit(.minutes(2)))
struct ChannelTests {
    private let channel = Channel<Int>(capacity: 4)

    @Test("elements come out in the order they went in")
    func order() async {
        channel.send([1, 2, 3])
        channel.send([4])
        var received: [Int] = []
        for _ in 0..<4 { received.append(await channel.receive() ?? -1) }
        #expect(received == [1, 2, 3, 4] && channel.count == 0)
    }

    @Test("a batch holds what there is, and no more than was asked for")
    func batches() async {
        channel.send(1...5)
        #expect(await channel.receive(upTo: 3) == [1, 2, 3])
        #expect(await channel.receive(upTo: 3) == [4, 5])
    }

    @Test("a receiver that waits gets what is sent later")
    func waitingReceiver() async {
        for number in 0..<200 {
            async let received = channel.receive()
            channel.send(CollectionOfOne(number))
            #expect(await received == number)
        }
    }

    @Test("several receivers that wait get one element each")
    func waitingReceivers() async {
        for round in 0..<100 {
            let received = await withTaskGroup(of: Int?.self) { group in
                for _ in 0..<5 { group.addTask { await channel.receive() } }
                await yields(round % 20)
                channel.send(1...5)
                return await group.reduce(into: Set<Int?>()) { $0.insert($1) }
            }
            #expect(received == [1, 2, 3, 4, 5])
        }
    }

    @Test("a receiver that is cancelled loses nothing, before, while or after something is sent")
    func cancelledReceiver() async {
        for round in 0..<300 {
            let receiver = Task { await channel.receive() }
            await yields(round % 20)
            await withTaskGroup { group in
                group.addTask { receiver.cancel() }
                group.addTask { channel.send([7]) }
            }
            let received = await receiver.value
            #expect(channel.count == (received == nil ? 1 : 0))
            if received == nil { #expect(await channel.receive() == 7) }
        }
    }

    @Test("a receiver that is cancelled while nothing comes gets nothing, and leaves no trace")
    func cancelledWaiter() async {
        for round in 0..<100 {
            let receiver = Task { await channel.receive() }
            await yields(round % 20)
            receiver.cancel()
            #expect(await receiver.value == nil)
            async let next = channel.receive()
            await yields(round % 20)
            channel.send([round])
            #expect(await next == round)
        }
    }

    @Test("a task that is cancelled already still gets what is there, and does not wait for more")
    func cancelledBefore() async {
        channel.send([1])
        let received = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return [await channel.receive(), await channel.receive()]
        }.value
        #expect(received == [1, nil])
    }

    @Test("a finished channel gives what is left, and then nothing")
    func finish() async {
        channel.send([1, 2])
        channel.finish()
        #expect(await channel.receive() == 1)
        #expect(await channel.receive(upTo: 9) == [2])
        #expect(await channel.receive() == nil)
        #expect(await channel.receive(upTo: 9).isEmpty)
    }

    @Test("finishing wakes everybody who waits")
    func finishWakes() async {
        for round in 0..<100 {
            let (full, empty) = (Channel<Int>(capacity: 1), Channel<Int>(capacity: 1))
            full.send([1])
            await withTaskGroup { group in
                for _ in 0..<3 { group.addTask { #expect(await empty.receive() == nil) } }
                for _ in 0..<3 { group.addTask { await full.space() } }
                await yields(round % 20)
                empty.finish()
                full.finish()
            }
        }
    }

    @Test("what is taken out by its kind leaves the rest in order, and is received by nobody else")
    func takeWhere() async {
        let channel = Channel<Int>(capacity: 10)
        channel.send([1, 2, 3, 4])
        #expect(channel.take { $0.isMultiple(of: 2) } == [2, 4])
        #expect(channel.take { $0.isMultiple(of: 2) }.isEmpty)
        channel.finish()
        #expect(await channel.receive(upTo: 10) == [1, 3])
        #expect(await channel.receive() == nil)
    }

    @Test("the receiver that waited least is woken first")
    func latestFirst() async throws {
        let channel = Channel<Int>(capacity: 10)
        let first = Task { await channel.receive() }
        while !channel.isAwaited { await Task.yield() }
        let second = Task { await channel.receive(upTo: 2) }
        while channel.waiting < 2 { await Task.yield() }
        channel.send([7])
        // Whoever was woken has it now; the end lets the other go, so that a wrong order is red and no hang.
        while channel.count > 0 { await Task.yield() }
        channel.finish()
        #expect(await second.value == [7])
        #expect(await first.value == nil)
    }

    @Test("space is waited for while the channel holds its capacity or more")
    func space() async {
        channel.send(1...3)
        await channel.space()
        channel.send([4, 5])
        await withTaskGroup { group in
            group.addTask {
                await channel.space()
                #expect(channel.count == 3)
            }
            await yields(20)
            #expect(await channel.receive() == 1)
            await yields(20)
            #expect(await channel.receive() == 2)
        }
    }

    @Test("what is ready can be taken without waiting, and makes space")
    func ready() async {
        #expect(channel.receiveReady(upTo: 3).isEmpty)
        channel.send(1...5)
        async let space: Void = channel.space()
        await yields(20)
        #expect(channel.receiveReady(upTo: 3) == [1, 2, 3])
        await space
        #expect(channel.receiveReady(upTo: 3) == [4, 5])
    }

    @Test("a wait for space ends with its task")
    func cancelledSpace() async {
        channel.send(1...9)
        for round in 0..<100 {
            let waiter = Task { await channel.space() }
            await yields(round % 20)
            waiter.cancel()
            await waiter.value
        }
        #expect(channel.count == 9)
    }

    @Test("eight producers and eight consumers, some cancelled again and again, lose nothing and double nothing")
    func stress() async {
        let run = StressRun()
        await withTaskGroup { group in
            group.addTask { await run.produceAll() }
            for consumer in 0..<8 { group.addTask { await run.consumeAll(isCancelled: consumer.isMultiple(of: 2)) } }
        }
        let all = run.received.withLock { $0 }
        #expect(all.count == 20_000)
        #expect(Set(all) == Set(0..<20_000))
    }

    /// Lets the other tasks run for a while, so that over many rounds they are met at every point of their way.
    private func yields(_ number: Int) async {
        for _ in 0..<number { await Task.yield() }
    }
}

/// What the tasks of the stress test share.
private final class StressRun: Sendable {
    let received = Mutex<[Int]>([])
    private let channel = Channel<Int>(capacity: 64)
    private let isProduced = Atomic(false)
    private static let share = 2500

    func produceAll() async {
        await withTaskGroup { group in
            for producer in 0..<8 {
                group.addTask { await self.produce(producer * Self.share..<(producer + 1) * Self.share) }
            }
        }
        isProduced.store(true, ordering: .sequentiallyConsistent)
        channel.finish()
    }

    private func produce(_ numbers: Range<Int>) async {
        var rest = numbers
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: 1...9))
            await channel.space()
            channel.send(batch)
            rest = rest.dropFirst(batch.count)
        }
    }

    /// Receives until everything was produced and taken; if asked to, in tasks that are cancelled at any moment.
    func consumeAll(isCancelled: Bool) async {
        while true {
            let wasProduced = isProduced.load(ordering: .sequentiallyConsistent)
            let receiver = Task { await channel.receive(upTo: Int.random(in: 1...5)) }
            if isCancelled {
                if Bool.random() { await Task.yield() }
                receiver.cancel()
            }
            let batch = await receiver.value
            received.withLock { $0 += batch }
            if batch.isEmpty, wasProduced, channel.count == 0 { return }
        }
    }
}
