#include "uploader/withdrawn_reports.h"

#include <SQLiteCpp/Statement.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/statement.h"
#include "uploader/outbox.h"

namespace dwell::uploader {
namespace {

using Participants = std::set<std::optional<std::string>>;

template <class Named>
Participants participantsOf(const Named& named) {
  Participants all{named.consent.participant};
  for (const auto& other : named.others) all.insert(other.consent.participant);
  return all;
}

bool allAgree(const std::string& body, const Participants& agreed) {
  const auto report = unpackReport(body);
  if (!report) return true;  // the collector will say what is wrong with it
  for (const auto& participant : participantsOf(*report)) {
    if (agreed.count(participant) == 0) return false;
  }
  return true;
}

}  // namespace

std::size_t holdBackWithdrawn(SQLite::Database& database, const ReportFrame& frame, WallTime now) {
  if (!frame.consent.participant) return 0;
  const Participants agreed = participantsOf(frame);
  SQLite::Statement waiting(database, "SELECT id, body FROM report WHERE state = 'waiting'");
  std::vector<std::string> held;
  while (waiting.executeStep()) {
    if (!allAgree(waiting.getColumn(1).getString(), agreed)) held.push_back(waiting.getColumn(0).getString());
  }
  for (const std::string& id : held) {
    executeOnce(database,
                "UPDATE report SET state = 'quarantined', settled_ms = ?, "
                "reason = 'a participant withdrew before it was sent' WHERE id = ? AND state = 'waiting'",
                now, id);
  }
  return held.size();
}

}  // namespace dwell::uploader
