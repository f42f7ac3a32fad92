import CLibpq

/// Sending many statements in one round trip (PostgreSQL manual, 34.5 Pipeline Mode).
extension Wire {
    /// What was sent, in the order in which the results come back.
    private enum Step {
        case timeouts
        case prepare(Int)
        case run(Int)
    }

    /// What came back: one result a statement up to the first failure.
    private struct Outcome {
        var rows: [Rows] = []
        var failure: PostgresError?

        mutating func fail(_ error: PostgresError) {
            if failure == nil { failure = error }
        }
    }

    /// Runs the statements with one sync at the end, so as one transaction unless one is open or they say BEGIN.
    func pipeline(_ statements: [Statement]) throws(PostgresError) -> [Rows] {
        let bound = try statements.map { statement throws(PostgresError) in
            try statement.bind(maximumBytes: settings.maximumParameterBytes)
        }
        let raw = try connected()
        guard PQenterPipelineMode(raw) == 1 else { throw lose(.broken) }
        let steps = try send(statements, bound, on: raw)
        guard PQpipelineSync(raw) == 1 else { throw lose(.broken) }
        try flush()
        let outcome = try collect(steps, of: statements)
        guard PQexitPipelineMode(raw) == 1 else { throw lose(.broken) }
        if let failure = outcome.failure { throw failure }
        return outcome.rows
    }

    private func send(
        _ statements: [Statement], _ bound: [BoundParameters], on raw: OpaquePointer
    ) throws(PostgresError) -> [Step] {
        var steps: [Step] = []
        if throughPooler, PQtransactionStatus(raw) == PQTRANS_IDLE {
            steps.append(.timeouts)
            let timeouts = settings.timeouts(local: true)
            try require(queue(timeouts, try timeouts.bind(maximumBytes: .max), on: raw))
        }
        for (index, statement) in statements.enumerated() {
            guard statement.prepared && !throughPooler else {
                steps.append(.run(index))
                try require(queue(statement, bound[index], on: raw))
                continue
            }
            var serverName = prepared.serverName(for: statement)
            if serverName == nil {
                steps.append(.prepare(index))
                serverName = prepared.add(statement)
                try require(prepare(statement, as: serverName ?? "", bound[index], on: raw))
            }
            steps.append(.run(index))
            try require(queuePrepared(serverName ?? "", bound[index], on: raw))
        }
        return steps
    }

    private func require(_ sent: Int32) throws(PostgresError) {
        guard sent == 1 else { throw lose(.broken) }
    }

    private func queue(_ statement: Statement, _ bound: BoundParameters, on raw: OpaquePointer) -> Int32 {
        bound.withArrays { types, values, lengths, formats in
            PQsendQueryParams(raw, statement.sql, bound.count, types, values, lengths, formats, 1)
        }
    }

    private func prepare(
        _ statement: Statement, as name: String, _ bound: BoundParameters, on raw: OpaquePointer
    ) -> Int32 {
        bound.withArrays { types, _, _, _ in PQsendPrepare(raw, name, statement.sql, bound.count, types) }
    }

    private func queuePrepared(_ name: String, _ bound: BoundParameters, on raw: OpaquePointer) -> Int32 {
        bound.withArrays { _, values, lengths, formats in
            PQsendQueryPrepared(raw, name, bound.count, values, lengths, formats, 1)
        }
    }

    private func collect(_ steps: [Step], of statements: [Statement]) throws(PostgresError) -> Outcome {
        var outcome = Outcome()
        for step in steps {
            guard let result = try nextResult() else { throw lose(.broken) }
            try take(result, of: step, statements, into: &outcome)
            while let _ = try nextResult() {}
        }
        try collectSync(into: &outcome)
        return outcome
    }

    private func take(
        _ result: borrowing ResultHandle, of step: Step, _ statements: [Statement], into outcome: inout Outcome
    ) throws(PostgresError) {
        let isDone = [PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY].contains(result.status)
        switch step {
        case .timeouts:
            if !isDone { outcome.fail(try failure(of: result)) }
        case .prepare(let index):
            guard !isDone else { return }
            prepared.forget(statements[index].name)
            if result.status != PGRES_PIPELINE_ABORTED {
                outcome.fail(try failure(of: result).during(statements[index], index: index))
            }
        case .run(let index):
            if isDone {
                outcome.rows.append(result.rows(of: statements[index].name))
            } else if result.status != PGRES_PIPELINE_ABORTED {
                let error = try failure(of: result)
                if error.code == .server(.invalidStatementName) || error.code == .server(.featureNotSupported) {
                    prepared.forget(statements[index].name)  // dropped behind our back, or its tables have changed
                }
                outcome.fail(error.during(statements[index], index: index))
            }
        }
    }

    /// Reads up to the sync, where an implicit transaction commits, which a deferred constraint can refuse.
    private func collectSync(into outcome: inout Outcome) throws(PostgresError) {
        var silences = 0
        while silences < 3 {
            guard let result = try nextResult() else {
                silences += 1
                continue
            }
            if result.status == PGRES_PIPELINE_SYNC { return }
            outcome.fail(try failure(of: result))
        }
        throw lose(.broken)
    }

    /// The error of a result that is no success; one that ends the session, or COPY, ends the connection.
    func failure(of result: borrowing ResultHandle) throws(PostgresError) -> PostgresError {
        switch result.status {
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            throw lose(PostgresError(.unsupported, "COPY is not supported; the connection was given up"))
        case PGRES_FATAL_ERROR:
            // libpq makes up an error without SQLSTATE when it finds the connection gone.
            guard PQresultErrorField(result.raw, PGDiagSQLState) != nil else { throw lose(.broken) }
            let error = ServerReport(result.raw).error
            guard error.code != .connectionLost else { throw lose(error) }
            return error
        default: throw lose(.broken)
        }
    }
}

extension Statement {
    /// Encodes the parameters and checks what cannot be sent.
    func bind(maximumBytes: Int) throws(PostgresError) -> BoundParameters {
        do throws(PostgresError) {
            guard !sql.utf8.contains(0), !name.utf8.contains(0) else {
                throw PostgresError(.invalidParameter, "the statement's text or name has a NUL character")
            }
            return try BoundParameters(parameters, maximumBytes: maximumBytes)
        } catch {
            throw error.during(self)
        }
    }
}
