#include <fmt/format.h>

#include "app/ctl/commands/commands.h"
#include "app/ctl/local_day.h"
#include "app/ctl/text_table.h"
#include "monitor/store/reader.h"
#include "schemas/visit_codec.h"

namespace dwell::app {

ExitCode visits(const Context& context, const VisitsOptions& options) {
  const auto settings = context.settings();
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  monitor::VisitQuery query;
  if (options.url) query.urlContains = *options.url;
  if (options.limit) query.limit = static_cast<std::size_t>(*options.limit);
  if (options.since) {
    const auto day = parseLocalDay(*options.since);
    if (!day) return context.fail(day.error(), ExitCode::kBadInput);
    query.since = startOfLocalDay(*day);
  }
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());

  const auto found = reader->visits(query);
  if (context.json) {
    Json document = Json::array();
    for (const auto& visit : found) document.push_back(schemas::toJson(visit, settings->idleThreshold));
    return context.print(document);
  }
  using Align = TextTable::Align;
  TextTable table({{"id", Align::kRight},
                   {"start"},
                   {"access type"},
                   {"attention", Align::kRight},
                   {"active", Align::kRight},
                   {"exit"},
                   {"url"}});
  for (const auto& visit : found) {
    table.add({std::to_string(visit.id), timeText(toMs(visit.start)),
               std::string(accessTypeName(visit.accessType)), durationText(visit.attentionMs),
               durationText(schemas::activeMs(visit.attentionByInputAgeMs, toMs(settings->idleThreshold))),
               visit.exit == schemas::Exit::kOpen ? "(open)" : std::string(exitName(visit.exit)), visit.url});
  }
  table.print(context.out);
  return ExitCode::kOk;
}

ExitCode sessions(const Context& context) {
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());
  const auto found = reader->sessions();
  if (context.json) {
    Json document = Json::array();
    for (const auto& session : found) document.push_back(schemas::toJson(session));
    return context.print(document);
  }
  using Align = TextTable::Align;
  TextTable table(
      {{"id", Align::kRight}, {"start"}, {"end"}, {"pages", Align::kRight}, {"active", Align::kRight}});
  for (const auto& session : found) {
    table.add({std::to_string(session.id), timeText(toMs(session.start)), timeText(toMs(session.end)),
               std::to_string(session.pages), durationText(session.activeMs)});
  }
  table.print(context.out);
  return ExitCode::kOk;
}

}  // namespace dwell::app
