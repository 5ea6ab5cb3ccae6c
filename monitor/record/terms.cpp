#include "monitor/record/terms.h"

#include <algorithm>
#include <utility>

namespace dwell::monitor {
namespace {

bool says(const Settings& settings, const char* key) { return settings.named.count(key) > 0; }

/// Origins as the detail of URLs are a level.
void separate(Settings& settings) {
  if (settings.urlDetail != UrlDetail::kOrigin) return;
  settings.level = std::min(settings.level, Level::kOrigins);
  settings.urlDetail = UrlDetail::kWithoutQuery;
  settings.named.insert("scope.level");
}

/// From narrow to wide.
int width(UrlDetail detail) {
  return detail == UrlDetail::kKeyedHash ? 0 : detail == UrlDetail::kFull ? 2 : 1;
}

Expected<Settings> settingsOf(const std::optional<Membership>& membership) {
  if (!membership) return Settings{};
  return parseSettingsJson(membership->settingsJson, "the experiment's settings");
}

}  // namespace

Settings askedOf(const Settings& own, const Settings& experiment) {
  Settings asked = own, other = experiment;
  separate(asked);
  separate(other);
  if (says(other, "measure.idle_threshold_s")) asked.idleThreshold = other.idleThreshold;
  if (says(other, "measure.session_pause_min")) asked.sessionPause = other.sessionPause;
  if (says(other, "upload.first_after_s")) asked.uploadFirstAfter = other.uploadFirstAfter;
  if (says(other, "upload.interval_min")) asked.uploadInterval = other.uploadInterval;

  if (says(other, "scope.level"))
    asked.level = says(asked, "scope.level") ? std::min(asked.level, other.level) : other.level;
  if (says(other, "scope.url_detail")) {
    const bool keepsOwn = says(asked, "scope.url_detail") && width(asked.urlDetail) <= width(other.urlDetail);
    if (!keepsOwn) asked.urlDetail = other.urlDetail;
  }
  if (says(other, "scope.search_words"))
    asked.searchWords = says(asked, "scope.search_words") ? std::min(asked.searchWords, other.searchWords)
                                                          : other.searchWords;
  if (says(other, "scope.keep_parameters")) {
    if (says(asked, "scope.keep_parameters")) {
      std::erase_if(asked.keepParameters, [&](const auto& name) {
        const auto& names = other.keepParameters;
        return std::find(names.begin(), names.end(), name) == names.end();
      });
    } else {
      asked.keepParameters = other.keepParameters;
    }
  }

  if (!other.include.empty()) {
    if (!asked.include.empty() && asked.include != other.include) asked.includeToo.push_back(asked.include);
    asked.include = other.include;
  }
  for (const auto& pattern : other.exclude) {
    if (std::find(asked.exclude.begin(), asked.exclude.end(), pattern) == asked.exclude.end())
      asked.exclude.push_back(pattern);
  }
  auto groups = other.pageGroups;
  if (asked.level != Level::kHistograms) {
    for (auto& group : asked.pageGroups) {
      const auto same = [&](const PageGroup& known) { return known.name == group.name; };
      if (std::none_of(groups.begin(), groups.end(), same)) groups.push_back(std::move(group));
    }
  }
  asked.pageGroups = std::move(groups);
  if (other.end) asked.end = asked.end ? std::min(*asked.end, *other.end) : *other.end;
  asked.stopped = asked.stopped || other.stopped;
  asked.consentPerParticipant = asked.consentPerParticipant || other.consentPerParticipant;
  return asked;
}

const char* standingName(Standing standing) {
  switch (standing) {
    case Standing::kRecords:
      return "records";
    case Standing::kNoConsent:
      return "no_consent";
    case Standing::kOtherTerms:
      return "other_terms";
    case Standing::kEnded:
      return "ended";
    case Standing::kStopped:
      return "stopped";
    case Standing::kNobody:
      return "nobody";
    case Standing::kNotUnderstood:
      return "not_understood";
  }
  return "";
}

StandingText standingText(Standing standing) {
  switch (standing) {
    case Standing::kRecords:
      return {"agreed", ""};
    case Standing::kNoConsent:
      return {"no consent", "dwellctl consent accept"};
    case Standing::kOtherTerms:
      return {"what was agreed to has changed", "dwellctl consent accept"};
    case Standing::kEnded:
      return {"the end that was set for it is over", ""};
    case Standing::kStopped:
      return {"the experiment was stopped", ""};
    case Standing::kNobody:
      return {"no participant is named", "dwellctl participant LABEL"};
    case Standing::kNotUnderstood:
      return {"the experiment's settings are of a newer Dwell", "a newer Dwell on this machine"};
  }
  return {"", ""};
}

bool consentPerParticipant(const Settings& own, const std::optional<Membership>& membership) {
  const auto experiment = settingsOf(membership);
  return own.consentPerParticipant || (experiment && experiment->consentPerParticipant);
}

Terms termsOf(const Settings& own, const std::optional<Membership>& membership,
              const std::optional<std::string>& participant, const std::optional<Consent>& given,
              WallTime now) {
  Terms terms;
  const auto experiment = settingsOf(membership);
  terms.asked = membership && experiment ? askedOf(own, *experiment) : own;
  terms.needed = consentNeeded(terms.asked, membership ? membership->collector : "");
  if (terms.asked.consentPerParticipant) terms.needed.participant = participant;
  terms.given = given;
  terms.inForce = given ? narrowed(terms.asked, *given) : terms.asked;

  Consent least = consentNeeded(terms.inForce, terms.needed.collector);
  least.participant = terms.needed.participant;
  if (!experiment)
    terms.standing = Standing::kNotUnderstood;
  else if (terms.asked.stopped)
    terms.standing = Standing::kStopped;
  else if (terms.asked.end && now >= *terms.asked.end)
    terms.standing = Standing::kEnded;
  else if (terms.asked.consentPerParticipant && !participant)
    terms.standing = Standing::kNobody;
  else if (!given)
    terms.standing = Standing::kNoConsent;
  else if (!covers(*given, least) || (terms.inForce.end && now >= *terms.inForce.end))
    terms.standing = Standing::kOtherTerms;  // or the experiment goes on beyond what was agreed to
  else
    terms.standing = Standing::kRecords;
  terms.wantsMore = given && !covers(*given, terms.needed);
  return terms;
}

}  // namespace dwell::monitor
