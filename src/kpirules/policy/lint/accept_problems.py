"""What can be wrong with lines that accept a finding (K321 to K324), in both languages."""

from __future__ import annotations

from kpirules.diagnostics import declare

UNKNOWN_CODE = declare(
    "K321",
    "error",
    en='there is no finding "{code}" in policies',
    zh="制度检查中没有编号为“{code}”的发现",
    label=("not a code", "没有此编号"),
    help=(
        "write the code that `kpirules check` shows in brackets, such as K303",
        "请写 `kpirules check` 在方括号里显示的编号，例如 K303",
    ),
    explain=(
        "A line that accepts a finding names it by its code: the K and three digits in front of the message. Only what"
        " `kpirules check` finds in policies can be accepted; findings in data have no place in a policy.",
        "“容许”按编号指明所接受的发现：消息前的 K 加三位数字。只能容许 `kpirules check` 在制度中的发现；数据中的问题不属于制度。",
    ),
    example="""\
ruleset example "Example"
  period month
  missing zero
  accept K999 "agreed with the board"
input late : count
indicator answered "Answered calls" weight 100
  deduct 1 point per late
""",
)
NOT_ACCEPTABLE = declare(
    "K322",
    "error",
    en="{code} cannot be accepted: {why}",
    zh="{code} 不能容许：{why}",
    label=("not to be accepted", "不能容许"),
    help=("mend what it is about, and leave this line out", "请改正其所指之处，并删除此行"),
    explain=(
        "Warnings and notes are about what a policy means well or badly, and its author may know better. An error leaves"
        " something without a meaning: nobody can be scored by it, whatever the reason. That a line accepts nothing (K324)"
        " is not accepted either.",
        "警告和提示针对制度写得好坏，作者可以有自己的理由。错误则使某处没有含义，无论什么理由都无法据此计分。容许行没有对应发现（K324）本身也不能容许。",
    ),
    example="""\
ruleset example "Example"
  period month
  missing zero
  accept K203 "nobody ever has 2.5%"
input late : count
indicator answered "Answered calls" weight 100
  deduct 1 point per late
""",
)
NO_REASON = declare(
    "K323",
    "error",
    en="a finding is accepted for a reason, and there is none",
    zh="容许一项发现须写明理由，此处没有",
    label=("no reason", "没有理由"),
    help=(
        "say in the quotes why it is right as it is, best in the words of the written policy",
        "请在引号中说明为何如此，最好引用书面制度的原文",
    ),
    explain=(
        "Whoever reads the policy later must be able to tell whether the reason still holds.",
        "以后阅读制度的人要能判断理由是否仍然成立。",
    ),
    example="""\
ruleset example "Example"
  period month
  missing zero
  accept K302 ""
input late  : count
input calls : count
indicator answered "Answered calls" weight 100
  deduct 1 point per late
""",
)
ACCEPTS_NOTHING = declare(
    "K324",
    "warning",
    en="{code} is accepted here, and is not found",
    zh="此处容许 {code}，但没有这项发现",
    label=("accepts nothing", "没有可容许的发现"),
    help=(
        "leave the line out, or put it under the declaration that the finding is about",
        "请删除此行，或移到该发现所指的声明之下",
    ),
    explain=(
        "A line that accepts a finding holds for the declaration in which it stands; under the first line, for the whole"
        " file. There is nothing to accept, because the policy has changed or because the line stands elsewhere. Left in place"
        " it would hide the finding when it comes back for another reason.",
        "容许行对其所在的声明有效；写在首行之下则对整个文件有效。这里没有可容许的发现：制度已改动，或此行放错了地方。留着它，以后因别的原因再出现同样的发现时会被掩盖。",
    ),
    example="""\
ruleset example "Example"
  period month
  missing zero
  accept K302 "calls are read by the report"
input late : count
indicator answered "Answered calls" weight 100
  deduct 1 point per late
""",
)
