#ifndef HOLDFAST_CLIBPQ_SHIM_H
#define HOLDFAST_CLIBPQ_SHIM_H

#include <libpq-fe.h>
#include <sys/eventfd.h>

// libpq-fe.h defines the field codes of PQresultErrorField as character macros, which Swift does not import.
static const int PGDiagSeverity = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int PGDiagSQLState = PG_DIAG_SQLSTATE;
static const int PGDiagMessage = PG_DIAG_MESSAGE_PRIMARY;
static const int PGDiagPosition = PG_DIAG_STATEMENT_POSITION;
static const int PGDiagTable = PG_DIAG_TABLE_NAME;
static const int PGDiagColumn = PG_DIAG_COLUMN_NAME;
static const int PGDiagConstraint = PG_DIAG_CONSTRAINT_NAME;
static const int PGDiagFunction = PG_DIAG_SOURCE_FUNCTION;

// eventfd(2): Swift's Glibc module leaves <sys/eventfd.h> out.
static inline int holdfast_wake_descriptor(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

// A notice handler that says nothing: libpq's own prints on standard error, and a notice may quote values.
static inline void holdfast_drop_notice(void *context, const PGresult *notice) {
    (void)context;
    (void)notice;
}
static inline void holdfast_silence_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, holdfast_drop_notice, NULL);
}

#endif
