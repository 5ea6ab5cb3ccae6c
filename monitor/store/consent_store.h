#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "monitor/record/consent.h"
#include "monitor/record/terms.h"

namespace dwell::monitor {

/// The research server that this machine belongs to.
struct Enrolment {
  std::string collector;        ///< origin: "https://research.example:8443"
  std::string experiment;       ///< id
  std::string name;             ///< of the experiment, for people
  std::string settings = "{}";  ///< JSON object, as the collector gave it last
  WallTime time;
  std::int64_t revision = 0;  ///< of the settings; 0: those of the enrolment

  friend bool operator==(const Enrolment&, const Enrolment&) = default;
};

/// Who this machine is to the collector.
struct Identity {
  std::string client;  ///< UUID, random, made after consent
  WallTime made;
};

/// Consent, identity and enrolment: what dwellctl and the window write; agent and dwell-upload read it.
/// The token lies in a file of its own beside the store (0600), together with the origin it is for.
/// Threads: one at a time. Errors: throws SQLite::Exception or std::system_error when the disk is broken.
class ConsentStore {
 public:
  /// Opens or makes the store in `dataDir`, which must be there (makePrivateFolder).
  static Expected<ConsentStore> open(const std::filesystem::path& dataDir);
  ~ConsentStore();
  ConsentStore(ConsentStore&&) noexcept;
  ConsentStore& operator=(ConsentStore&&) noexcept;

  /// Records the act, and makes the client id if there is none or it was made on another machine (a clone).
  /// The same consent again changes nothing. Counts gathered under another act of the same person and not yet
  /// reported are not reported any more, those of other participants since then with them: they can't be told
  /// apart. Visits are judged one by one by their start.
  /// `machine`: machineHash().
  void accept(const Consent& consent, const std::string& machine);
  /// Each person's act is their own: of `participant`, or of the machine without one. A participant's calls
  /// forgetUnreportedCounts(), since others' reports go on.
  void withdraw(WallTime time, const std::optional<std::string>& participant = std::nullopt);
  /// What was counted and not yet reported, of whomever, is in no report.
  void forgetUnreportedCounts();
  /// The consent in force.
  std::optional<Consent> current(const std::optional<std::string>& participant = std::nullopt) const;
  /// Of every participant, and of the machine, that have one in force: in order of their acts.
  std::vector<Consent> inForce() const;
  /// What holds for recording now, under the settings of this machine's own file.
  Terms terms(const Settings& own, const std::optional<std::string>& participant, WallTime now) const;
  /// The same for reports, of each act in force: one, or where each participant agrees for themselves those
  /// of all that agreed to the same collector, in order of their acts. Empty: nobody's is in force.
  std::vector<Terms> reportTerms(const Settings& own, WallTime now) const;

  /// None before consent. On a machine cloned from another one after consent: a new id is made, the token and
  /// the reports of the old one are left to the original, and the machine must be enrolled anew.
  std::optional<Identity> identity(const std::string& machine, WallTime now);

  /// `enrolment.revision` is 0. Reports that wait for another collector or experiment stay here, in
  /// quarantine.
  void enrol(const Enrolment& enrolment, const std::string& token);
  std::optional<Enrolment> enrolment() const;
  /// The collector has newer settings for the experiment that this machine is enrolled in.
  void newerSettings(const Enrolment& fetched);
  /// Out of the experiment: enrolment and token go, what waits to be sent stays here in quarantine, and the
  /// client id is a new one from now on, since the old one is to be erased at the collector.
  void leave(const std::string& machine, WallTime time);
  /// The token, if it is for `origin`. Errors: others may read its file.
  Expected<std::optional<std::string>> token(std::string_view origin) const;

 private:
  struct State;
  explicit ConsentStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// SHA-256 that stands for a machine in the store; `machineId` is the text of /etc/machine-id. The id itself
/// is kept nowhere.
std::string machineHash(std::string_view machineId);

}  // namespace dwell::monitor
