"""Statements as banks export them: read to the fen, or refused with the reason (FE06, FE08)."""

import codecs
import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.app.failures import AppFailure
from client.app.money.bank_files import LARGEST, statement_in, statement_of

ICBC = """\
\ufeff"[HISTORYDETAIL]"
账号：,"9558 8800 0000 0001 234",户名：,示例县政务服务中心
"凭证号","交易时间","借/贷","借方发生额","贷方发生额","对方单位名称","用途","附言"
"0","2026-11-16 09:31:22","贷","0.00","1,200.50","示例食品公司","规费","20261116-339901-00012-2-FN2"
"0","2026-11-17 10:00:00","借","35.00","0.00","示例银行","手续费",""
"合计","","","35.00","1,200.50","","",""
"""
CCB = """\
交易时间\t贷方发生额/元(收入)\t借方发生额/元(支取)\t余额\t对方户名\t摘要\t账户明细编号-交易流水号
20261116 09:31:22\t50.00\t\t1,050.00\t王芳\t电汇\t27-1
20261116 09:31:22\t50.00\t\t1,100.00\t王芳\t电汇\t27-2
"""
SIGNED = """\
记账日期;金额;收/支;对方名称;备注
2026/1/8;￥８．５;收入;"刘""某";一
2026年01月09日;-3;支出;;二
"""
CAMT = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><Stmt>
<Acct><Id><Othr><Id>955880001</Id></Othr></Id></Acct>
<Ntry><Amt Ccy="CNY">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{booked}</Sts>
<BookgDt><Dt>2026-11-16</Dt></BookgDt><AcctSvcrRef>R-1</AcctSvcrRef><NtryDtls><TxDtls>
<RltdPties><Dbtr>{name}</Dbtr></RltdPties><RmtInf><Ustrd>规费</Ustrd></RmtInf></TxDtls></NtryDtls>
</Ntry>
<Ntry><Amt Ccy="CNY">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>{booked}</Sts>
<BookgDt><DtTm>2026-11-17T08:00:00+08:00</DtTm></BookgDt><NtryDtls>
<TxDtls><AmtDtls><TxAmt><Amt Ccy="CNY">10</Amt></TxAmt></AmtDtls></TxDtls>
<TxDtls><AmtDtls><TxAmt><Amt Ccy="CNY">20</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts></Ntry>
<Ntry><Amt Ccy="USD">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{booked}</Sts>
<BookgDt><Dt>2026-11-16</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""
SPACE = 'xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"'
LAUGHS = f"""\
<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>
<Document {SPACE}><BkToCstmrStmt>&b;</BkToCstmrStmt></Document>
"""
OTHER_FILE = f"""\
<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<Document {SPACE}>&x;</Document>
"""


def told(statement):
    """Return (day, fen, payer, remark, number) of each line."""
    return [(str(x.day), x.fen, x.payer, x.remark, x.ref) for x in statement.lines]


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "utf-16"])
def test_debit_and_credit_columns_under_a_head_with_a_foot(codec):
    text = ICBC if codec == "utf-8" else ICBC.removeprefix("\ufeff")
    read = statement_of(text.encode(codec))
    notice = "20261116-339901-00012-2-FN2"
    assert told(read) == [
        ("2026-11-16", 120_050, "示例食品公司", f"规费 {notice}", "0"),
        ("2026-11-17", -3500, "示例银行", "手续费", "0"),
    ]
    assert {line.account for line in read.lines} == {"9558880000000001234"}
    assert read.unread == ()


def test_two_transfers_that_look_alike_stay_two():
    read = statement_of(CCB.encode("gb18030"))
    assert told(read) == [
        ("2026-11-16", 5000, "王芳", "电汇", "27-1"),
        ("2026-11-16", 5000, "王芳", "电汇", "27-2"),
    ]
    without = "\n".join(line.rpartition("\t")[0] for line in CCB.splitlines()).encode()
    keys = [line.key for line in statement_of(without).lines]
    assert len(set(keys)) == 2
    assert [line.key for line in statement_of(without).lines] == keys


def test_one_column_with_its_direction_in_words():
    read = statement_of(SIGNED.encode())
    assert told(read) == [
        ("2026-01-08", 850, '刘"某', "一", ""),
        ("2026-01-09", -300, "", "二", ""),
    ]


def test_a_row_that_cannot_be_read_is_named_never_dropped():
    bad = ("2026-11-16,1O.00,王", "16.11.2026,5.00,说明", "2026-11-16,0.001,王", "2026-02-30,7,王")
    rows = ("日期,金额,付款人", *bad, "合计,7,", "2026-11-18,3,王")
    read = statement_of("\n".join(rows).encode())
    assert read.unread == (2, 3, 4, 5)
    assert [line.fen for line in read.lines] == [300]


@pytest.mark.parametrize("version", ["02", "08"])
def test_camt_053_with_a_batch_a_pending_entry_and_another_currency(version):
    name = "<Nm>王芳</Nm>" if version == "02" else "<Pty><Nm>王芳</Nm></Pty>"
    booked = "BOOK" if version == "02" else "<Cd>BOOK</Cd>"
    text = CAMT.format(version=version, name=name, booked=booked)
    chinese = text.replace("UTF-8", "GB18030").encode("gb18030")
    for data in (text.encode(), codecs.BOM_UTF8 + text.encode(), chinese):
        read = statement_of(data)
        assert told(read) == [
            ("2026-11-16", 5000, "王芳", "规费", "R-1"),
            ("2026-11-17", -1000, "", "", ""),
            ("2026-11-17", -2000, "", "", ""),
        ]
        assert read.unread == (4,)
        assert read.lines[0].account == "955880001"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "app.bank_columns"),
        (b"a,b\n1,2\n", "app.bank_columns"),
        ("交易日期,金额\n".encode(), "app.bank_empty"),
        (b"\xff\xff\xff", "app.bank_encoding"),
        (b"\0" * 8, "app.bank_encoding"),
        (b"x" * (LARGEST + 1), "app.bank_large"),
        (LAUGHS.encode(), "app.bank_unsafe"),
        (OTHER_FILE.encode(), "app.bank_unsafe"),
        (b"<Document/>", "app.bank_xml"),
        (b"<Document", "app.bank_xml"),
        (b'<?xml version="1.0" encoding="gbk"?>\xff', "app.bank_xml"),
    ],
)
def test_what_is_no_statement_is_refused_with_its_reason(data, code):
    with pytest.raises(AppFailure) as refused:
        statement_of(data)
    assert refused.value.code == code


def test_a_file_that_is_gone_is_said(tmp_path):
    with pytest.raises(AppFailure) as refused:
        statement_in(tmp_path / "none.csv")
    assert refused.value.code == "app.bank_file"


def quoted(cell):
    """Write a cell as spreadsheets do."""
    return '"' + cell.replace('"', '""') + '"'


NAMES = st.text("王芳张伟示例有限公司，,\"();'", min_size=0, max_size=12).map(
    lambda text: " ".join(text.strip("'\"").split())
)


@given(
    st.lists(
        st.tuples(
            st.dates(date(2000, 1, 1), date(2099, 12, 31)),
            st.integers(-(10**11), 10**11).filter(bool),
            NAMES,
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from(["{:%Y%m%d}", "{:%Y-%m-%d}", "{0.year}/{0.month}/{0.day}", "{:%Y%m%d%H%M%S}"]),
    st.sampled_from([",", "\t", ";"]),
    st.booleans(),
)
def test_whatever_is_written_is_read_back_to_the_fen(rows, codec, days, mark, split):
    heads = ["交易日期", *(["支出", "收入"] if split else ["交易金额"]), "对方户名"]
    table = [mark.join(heads)]
    for day, fen, payer in rows:
        amount = f"{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
        cells = ["", amount] if fen > 0 else [amount, ""]
        amounts = cells if split else [f"{'-' if fen < 0 else ''}{amount}"]
        table.append(mark.join(map(quoted, [days.format(day), *amounts, payer])))
    read = statement_of("\r\n".join(table).encode(codec))
    assert [(line.day, line.fen, line.payer) for line in read.lines] == rows
    assert read.unread == ()
    assert len({line.key for line in read.lines}) == len(rows)


@given(st.binary(max_size=400), st.sampled_from([b"", "日期,金额\n".encode(), b"<?xml ", b"<a>"]))
def test_no_bytes_bring_anything_but_a_statement_or_a_reason(data, head):
    with contextlib.suppress(AppFailure):
        read = statement_of(head + data)
        assert read.lines or read.unread
        assert all(line.fen and line.key for line in read.lines)
