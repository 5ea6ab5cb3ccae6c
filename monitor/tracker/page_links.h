#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "monitor/tracker/live_visit.h"
#include "schemas/event.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// The links that pages offer, and which of them are pressed. A press counts for a place of the visit's own
/// table only if that has its URL there. Tables are carried, never looked into beyond that.
/// What is lost is named by the result: nullptr for nothing.
/// Threads: any one.
class PageLinks {
 public:
  /// The first table of a visit is its table.
  const char* offered(LiveVisit& visit, const std::shared_ptr<const schemas::LinkTable>& table);

  /// A press may come before the table that it names a place of.
  static const char* pressed(LiveVisit& visit, const schemas::LinkPressed& press);

  static void visitEnded(LiveVisit& visit) {
    visit.links.reset();
    visit.pressed = {};
  }

  /// The tables that came since the last call.
  void take(std::vector<schemas::VisitLinks>& out);

 private:
  std::vector<schemas::VisitLinks> waiting_;
  std::size_t waitingBytes_ = 0;
};

}  // namespace dwell::monitor
