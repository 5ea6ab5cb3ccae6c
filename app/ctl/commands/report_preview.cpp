#include <SQLiteCpp/Transaction.h>

#include "app/ctl/commands/commands.h"
#include "base/clock.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/store_schema.h"
#include "monitor/store/unreported.h"
#include "schemas/report_codec.h"
#include "uploader/report_builder.h"
#include "uploader/report_frame.h"

namespace dwell::app {

/// Built as the sealer would now, but with no id, number or place in the outbox.
ExitCode reportPreview(const Context& context) {
  const auto settings = context.settings();
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  auto database = openDatabaseForReading(context.paths.store(), monitor::storeSchema());
  if (!database) return context.fail(database.error());
  const auto store = monitor::ConsentStore::open(context.paths.dataDir);
  if (!store) return context.fail(store.error());
  const auto consent = store->current();
  if (!consent) {
    return context.fail({"no consent is in force, so nothing is reported", {}, "dwellctl consent accept"});
  }
  const auto enrolment = store->enrolment();

  const WallTime now = readWallTime();
  const auto frame = uploader::readFrame(*database, /*client=*/"", *consent, enrolment, *settings);
  SQLite::Transaction snapshot(*database);
  const auto rows = monitor::readUnreported(*database, {now, settings->sessionPause});
  if (!rows.worthReporting()) {
    if (!context.json)
      context.err << "dwellctl: nothing to report yet: only visits that have ended are reported\n";
  }
  const auto report = uploader::buildReport(frame, rows, /*id=*/"", /*sequence=*/0, now, now);
  return context.print(Json::parse(schemas::encodeReport(report)));
}

}  // namespace dwell::app
