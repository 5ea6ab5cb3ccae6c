#include "app/window/models/consent_gate.h"

#include <exception>

#include "base/machine.h"
#include "monitor/store/consent_store.h"

namespace dwell::app {
namespace {

/// A store is not made by asking: none is as good as an empty one.
bool storeExists(const Paths& paths) {
  std::error_code ignored;
  return std::filesystem::exists(paths.store(), ignored);
}

template <class Action>
auto orError(const Paths& paths, Action action) -> decltype(action()) {
  try {
    return action();
  } catch (const std::exception& error) {
    return failure(error.what(), paths.store().string(), "a store that can be read and written");
  }
}

}  // namespace

Expected<std::optional<ConsentQuestion>> ConsentGate::question(WallTime now) const {
  using Answer = Expected<std::optional<ConsentQuestion>>;
  if (!storeExists(paths_)) return ConsentQuestion{monitor::consentNeeded(settings_, ""), false, false};
  return orError(paths_, [&]() -> Answer {
    const auto store = monitor::ConsentStore::open(paths_.dataDir);
    if (!store) return tl::unexpected(store.error());
    const auto terms = store->terms(settings_, std::nullopt, now);
    using monitor::Standing;
    // Each participant agrees by their label (dwellctl consent); what is over needs no consent.
    if (terms.asked.consentPerParticipant || terms.standing == Standing::kEnded ||
        terms.standing == Standing::kStopped || terms.standing == Standing::kNotUnderstood)
      return std::nullopt;
    if (terms.given && !terms.wantsMore) return std::nullopt;
    return ConsentQuestion{terms.needed, terms.given.has_value(), terms.standing == Standing::kRecords};
  });
}

Expected<void> ConsentGate::accept(monitor::Consent consent, WallTime now) const {
  return orError(paths_, [&]() -> Expected<void> {
    if (auto made = makePrivateFolder(paths_.dataDir); !made) return tl::unexpected(made.error());
    auto store = monitor::ConsentStore::open(paths_.dataDir);
    if (!store) return tl::unexpected(store.error());
    consent.time = now;
    store->accept(consent, monitor::machineHash(readMachineId()));
    return {};
  });
}

}  // namespace dwell::app
