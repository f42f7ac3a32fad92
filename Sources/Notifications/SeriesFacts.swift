/// A series of appointments as it is now.
package struct SeriesFacts: Sendable {
    /// What every letter asks.
    package let subject: Subject
    /// Its reader is the client, not the provider.
    package let isToClient: Bool
    /// The provider's name as clients know it.
    package let providerName: String
    /// The provider has not turned notices off.
    package let wantsNotices: Bool
    /// The client's name.
    package let visitorName: String
    /// What stands and lies ahead, the soonest first; 60 at most.
    package let visits: [Visit]
    /// What the reader was told of it before.
    package let told: Told

    /// Takes the values of a row of facts.
    package init(
        subject: Subject, isToClient: Bool, providerName: String, wantsNotices: Bool, visitorName: String,
        visits: [Visit], told: Told
    ) {
        self.subject = subject
        self.isToClient = isToClient
        self.providerName = providerName
        self.wantsNotices = wantsNotices
        self.visitorName = visitorName
        self.visits = visits
        self.told = told
    }

    /// One appointment of a series.
    package struct Visit: Sendable {
        /// The start, where the reader meets it.
        package let starts: WallClock
        /// Where it happens.
        package let place: Place
        /// The address of a visit in person.
        package let placeText: String

        /// Takes the values of a row of facts.
        package init(starts: WallClock, place: Place, placeText: String = "") {
            self.starts = starts
            self.place = place
            self.placeText = placeText
        }
    }
}
