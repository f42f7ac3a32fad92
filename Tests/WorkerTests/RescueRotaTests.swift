import Outbox
import Testing

@testable import Worker

@Suite("When a worker looks for lost jobs")
struct RescueRotaTests {
    private let nothing = Rescue(leases: 0, jobs: 0, poison: 0)

    @Test("every calm beat ends leases that are over; the whole queue is swept once a minute")
    func calm() {
        var rota = RescueRota()
        var sweeps: [Int] = []
        for beat in 1...50 {
            let turn = rota.calmBeat()
            #expect(turn.isDue)
            if turn.isSweep { sweeps.append(beat) }
            rota.rescued(nothing, isSweep: turn.isSweep)
        }
        #expect(sweeps == [20, 40])
    }

    @Test("after trouble it leaves others five beats to come back")
    func trouble() {
        var rota = RescueRota()
        rota.troubledBeat()
        #expect((1...6).map { _ in rota.calmBeat().isDue } == [false, false, false, false, false, true])
    }

    @Test(
        "a beat that found something is followed by a sweep",
        arguments: [
            Rescue(leases: 1, jobs: 0, poison: 0), Rescue(leases: 0, jobs: 1, poison: 0),
            Rescue(leases: 0, jobs: 0, poison: 1),
        ])
    func findings(_ found: Rescue) {
        var rota = RescueRota()
        #expect(!rota.calmBeat().isSweep)
        rota.rescued(found, isSweep: false)
        #expect(rota.calmBeat().isSweep)
        rota.rescued(nothing, isSweep: true)
        #expect(!rota.calmBeat().isSweep)
    }
}
