#include "monitor/tracker/access_type.h"

#include "base/url.h"

namespace dwell::monitor {
namespace {

using schemas::AccessType;
using schemas::Transition;

bool isRedirect(const NavigationFacts& f) {
  if (!f.pageBefore) return false;
  if (f.qualifiers.clientRedirect) return true;
  return f.transition == Transition::kLink && f.inputsObserved && f.untouchedBefore;
}

bool typedInFull(const NavigationFacts& f) {
  if (f.segment.listUsed()) return false;
  const auto length = static_cast<std::int64_t>(url::visibleLength(f.requestedUrl));
  return f.segment.net() >= length - f.segment.slack();
}

/// An address bar navigation with inputs observed.
AccessType fromAddressBar(const NavigationFacts& f) {
  const AddressBarSegment& s = f.segment;
  if (f.sameUrlAsBefore && s.net() == 0 && !s.pasted()) return AccessType::kReload;
  if (typedInFull(f)) return AccessType::kTypedFull;
  if (s.pasted()) return AccessType::kPasted;
  if (s.listUsed() || (s.pointerUsed() && !s.accepted())) return AccessType::kSuggestion;
  if (s.net() >= 1) return AccessType::kTypedCompleted;
  return AccessType::kAddressBar;
}

}  // namespace

Access accessOf(const NavigationFacts& f) {
  if (f.qualifiers.forwardBack) return {AccessType::kBackForward};
  if (isRedirect(f)) return {*f.pageBefore, /*redirect=*/true};
  if (f.firstOfTab && (f.transition == Transition::kReload || f.openedRestored))
    return {AccessType::kRestored};

  switch (f.transition) {
    case Transition::kTyped:
      if (!f.qualifiers.fromAddressBar) return {AccessType::kStartTile};
      if (!f.inputsObserved || !f.hook) return {AccessType::kAddressBar};
      return {fromAddressBar(f)};
    case Transition::kReload:
      return {AccessType::kReload};
    case Transition::kFormSubmit:
      return {AccessType::kFormSubmit};
    case Transition::kGenerated:
    case Transition::kKeyword:
    case Transition::kKeywordGenerated:
      return {AccessType::kSearch};
    case Transition::kAutoBookmark:
      return {AccessType::kBookmark};
    case Transition::kStartPage:
    case Transition::kAutoToplevel:
      return {AccessType::kExternal};
    case Transition::kLink:
      return {f.firstOfTab && !f.hasOpener ? AccessType::kExternal : AccessType::kLink};
    case Transition::kAutoSubframe:
    case Transition::kManualSubframe:
    case Transition::kPresent:
    case Transition::kOther:
      break;
  }
  return {AccessType::kUnknown};
}

bool hasSource(AccessType type) {
  switch (type) {
    case AccessType::kTypedFull:
    case AccessType::kTypedCompleted:
    case AccessType::kSuggestion:
    case AccessType::kPasted:
    case AccessType::kAddressBar:
    case AccessType::kBookmark:
    case AccessType::kExternal:
      return false;
    case AccessType::kUnknown:
    case AccessType::kLink:
    case AccessType::kSearch:
    case AccessType::kFormSubmit:
    case AccessType::kReload:
    case AccessType::kBackForward:
    case AccessType::kStartTile:
    case AccessType::kRestored:
    case AccessType::kResumed:
      break;
  }
  return true;
}

}  // namespace dwell::monitor
