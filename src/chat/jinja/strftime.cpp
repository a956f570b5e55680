#include "chat/jinja/strftime.h"

#include <array>

#include "base/strings.h"

namespace falconet::jinja {
namespace {

using std::string_view;

constexpr std::array<string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                              "Thursday", "Friday", "Saturday"};
constexpr std::array<string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};

std::string padded(long number, std::size_t width, char fill) {
  std::string digits = cat(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), fill);
  return digits;
}

struct Fields {
  long year, month, day, hour, minute, second;
  long weekday;      // 0 is Sunday
  long day_of_year;  // 1 is the first of January
  long seconds_since_epoch;

  explicit Fields(std::chrono::sys_seconds time) {
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(days);
    const std::chrono::hh_mm_ss clock(time - days);
    year = static_cast<int>(date.year());
    month = static_cast<long>(static_cast<unsigned>(date.month()));
    day = static_cast<long>(static_cast<unsigned>(date.day()));
    hour = clock.hours().count();
    minute = clock.minutes().count();
    second = clock.seconds().count();
    weekday = static_cast<long>(std::chrono::weekday(days).c_encoding());
    const std::chrono::sys_days new_year = date.year() / std::chrono::January / 1;
    day_of_year = (days - new_year).count() + 1;
    seconds_since_epoch = time.time_since_epoch().count();
  }

  long hour12() const { return hour % 12 == 0 ? 12 : hour % 12; }
  long weekday_from_monday() const { return (weekday + 6) % 7; }
  // Weeks begin on the given first day; days before the first such day are in week 0.
  long week_of_year(long days_since_first_day) const {
    return (day_of_year - 1 + 7 - days_since_first_day) / 7;
  }
};

struct IsoWeek {
  long year, week;
};

// ISO 8601: the week belongs to the year of its Thursday.
IsoWeek iso_week(const Fields& t) {
  const long thursday = t.day_of_year + 3 - t.weekday_from_monday();
  const auto days_in = [](long year) {
    return std::chrono::year(static_cast<int>(year)).is_leap() ? 366 : 365;
  };
  if (thursday < 1) return {t.year - 1, (thursday + days_in(t.year - 1) - 1) / 7 + 1};
  if (thursday > days_in(t.year)) return {t.year + 1, 1};
  return {t.year, (thursday - 1) / 7 + 1};
}

// Directives that stand for others.
string_view expansion(char directive) {
  switch (directive) {
    case 'D':
    case 'x': return "%m/%d/%y";
    case 'F': return "%Y-%m-%d";
    case 'T':
    case 'X': return "%H:%M:%S";
    case 'R': return "%H:%M";
    case 'r': return "%I:%M:%S %p";
    case 'c': return "%a %b %e %H:%M:%S %Y";
    default: return {};
  }
}

// A number with its width and fill, as a directive asks for.
struct Number {
  long value;
  std::size_t width;
  char fill = '0';
};

std::optional<Number> number_of(const Fields& t, char directive) {
  switch (directive) {
    case 'Y': return Number{t.year, 1};
    case 'C': return Number{t.year / 100, 2};
    case 'y': return Number{t.year % 100, 2};
    case 'm': return Number{t.month, 2};
    case 'd': return Number{t.day, 2};
    case 'e': return Number{t.day, 2, ' '};
    case 'H': return Number{t.hour, 2};
    case 'k': return Number{t.hour, 2, ' '};
    case 'I': return Number{t.hour12(), 2};
    case 'l': return Number{t.hour12(), 2, ' '};
    case 'M': return Number{t.minute, 2};
    case 'S': return Number{t.second, 2};
    case 'f': return Number{0, 6};
    case 'j': return Number{t.day_of_year, 3};
    case 'u': return Number{t.weekday_from_monday() + 1, 1};
    case 'w': return Number{t.weekday, 1};
    case 'U': return Number{t.week_of_year(t.weekday), 2};
    case 'W': return Number{t.week_of_year(t.weekday_from_monday()), 2};
    case 'V': return Number{iso_week(t).week, 2};
    case 'G': return Number{iso_week(t).year, 1};
    case 'g': return Number{iso_week(t).year % 100, 2};
    case 's': return Number{t.seconds_since_epoch, 1};
    default: return std::nullopt;
  }
}

std::optional<std::string> word_of(const Fields& t, char directive) {
  const string_view day = kDays[static_cast<std::size_t>(t.weekday)];
  const string_view month = kMonths[static_cast<std::size_t>(t.month - 1)];
  switch (directive) {
    case 'A': return std::string(day);
    case 'a': return std::string(day.substr(0, 3));
    case 'B': return std::string(month);
    case 'b':
    case 'h': return std::string(month.substr(0, 3));
    case 'p': return t.hour < 12 ? "AM" : "PM";
    case 'P': return t.hour < 12 ? "am" : "pm";
    case 'n': return "\n";
    case 't': return "\t";
    case 'Z':
    case 'z': return "";
    case '%': return "%";
    default: return std::nullopt;
  }
}

void append_number(std::string& out, Number number, char flag) {
  if (flag == '_') number.fill = ' ';
  if (flag == '0') number.fill = '0';
  out += padded(number.value, flag == '-' ? 1 : number.width, number.fill);
}

}  // namespace

std::string format_time(std::chrono::sys_seconds time, std::string_view format) {
  const Fields t(time);
  std::string out;
  while (!format.empty()) {
    if (format[0] != '%' || format.size() == 1) {
      out += format[0];
      format.remove_prefix(1);
      continue;
    }
    const bool has_flag =
        format.size() > 2 && string_view("-_0^#").find(format[1]) != string_view::npos;
    const char flag = has_flag ? format[1] : ' ';
    const string_view directive = format.substr(0, has_flag ? 3 : 2);
    format.remove_prefix(directive.size());
    if (const string_view others = expansion(directive.back()); !others.empty()) {
      out += format_time(time, others);
    } else if (const auto number = number_of(t, directive.back())) {
      append_number(out, *number, flag);
    } else if (const auto word = word_of(t, directive.back())) {
      out += *word;
    } else {
      out += directive;
    }
  }
  return out;
}

}  // namespace falconet::jinja
