#include <algorithm>

#include "app/ctl/commands/commands.h"
#include "app/ctl/text_table.h"
#include "monitor/store/reader.h"
#include "schemas/visit_codec.h"

namespace dwell::app {
namespace {

using schemas::PageLink;

std::string featureCell(const PageLink& link, const char* name) {
  const auto value = link.features.get(*schemas::linkFeature(name));
  return value ? std::to_string(*value) : "";
}

std::string regionCell(const PageLink& link) {
  const auto region = link.features.get(*schemas::linkFeature("region"));
  return region ? std::string(schemas::regionNames()[static_cast<std::size_t>(*region)]) : "";
}

/// After how much hovering the link at `place` was pressed, each time.
std::string pressesCell(const monitor::OfferedLinks& offered, std::size_t place) {
  std::string cell;
  for (const schemas::LinkPress& press : offered.presses) {
    if (press.link != static_cast<std::int64_t>(place)) continue;
    cell += (cell.empty() ? "" : ", ") + durationText(press.hoverMs);
  }
  return cell;
}

std::string urlCell(const std::string& url) { return url.empty() ? "(not kept)" : url; }

}  // namespace

ExitCode links(const Context& context, std::int64_t visit) {
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return context.fail(reader.error());
  const auto offered = reader->links(visit);
  if (!offered) {
    return context.fail({"no such visit", std::to_string(visit), "an id of `dwellctl visits`"});
  }
  if (context.json) {
    Json document{{"visit", visit}, {"links", nullptr}, {"presses", Json::array()}};
    if (offered->table) {
      document["links"] = Json::array();
      for (const PageLink& link : *offered->table) document["links"].push_back(schemas::toJson(link));
    }
    for (const auto& press : offered->presses) document["presses"].push_back(schemas::toJson(press));
    return context.print(document);
  }
  if (!offered->table) {
    context.out << "The page of visit " << visit << " did not tell its links.\n";
  } else {
    using Align = TextTable::Align;
    TextTable table({{"link", Align::kRight},
                     {"pressed after hovering"},
                     {"region"},
                     {"words", Align::kRight},
                     {"x", Align::kRight},
                     {"y", Align::kRight},
                     {"url"}});
    for (std::size_t place = 0; place < offered->table->size(); ++place) {
      const PageLink& link = (*offered->table)[place];
      table.add({std::to_string(place), pressesCell(*offered, place), regionCell(link),
                 featureCell(link, "words"), featureCell(link, "x"), featureCell(link, "y"),
                 urlCell(link.url)});
    }
    table.print(context.out);
  }
  for (const schemas::LinkPress& press : offered->presses) {
    if (press.link) continue;
    context.out << "pressed outside of these, after " << durationText(press.hoverMs) << ": "
                << urlCell(press.url) << '\n';
  }
  return ExitCode::kOk;
}

}  // namespace dwell::app
